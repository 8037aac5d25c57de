"""Every example in a docstring runs, and importing the package costs nothing."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from importlib import metadata

import pytest

import nbcode

MODULES = [module.name for module in pkgutil.walk_packages(nbcode.__path__, "nbcode.") if not module.ispkg]
# Their examples are in the book: the chapters' exercises, and the widgets that stand on this base.
WITHOUT = {"nbcode.widgets.base"} | {name for name in MODULES if name.startswith("nbcode.exercises.")}
WITHOUT -= {"nbcode.exercises.judging"}


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0 or name in WITHOUT
    assert result.failed == 0


def test_import_is_light():
    code = "import sys, nbcode; print(sorted({'numpy', 'matplotlib', 'torch'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("zoo")])
def test_torch_is_not_needed(name):
    code = f"import sys, {name}; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_version():
    assert nbcode.__version__ == metadata.version("nbcode")


def test_unknown_attribute():
    with pytest.raises(AttributeError, match="no_such_thing"):
        nbcode.no_such_thing  # noqa: B018
