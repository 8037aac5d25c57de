"""The committed bundles are those of the sources beside them."""

import hashlib
import json
import re

import pytest
from built import ROOT

from nbcode import widgets

JS = ROOT / "nbcode" / "widgets" / "js"
STATIC = JS.parent / "static"
ENTRIES = sorted(path.name for path in JS.iterdir() if path.suffix in {".js", ".css"})


def test_every_source_has_its_bundle_and_every_bundle_its_source():
    assert sorted(path.name for path in STATIC.iterdir()) == ENTRIES


@pytest.mark.parametrize("name", ENTRIES)
def test_a_bundle_is_as_new_as_its_sources(name):
    header = (STATIC / name).read_text(encoding="utf-8").partition("\n")[0]
    assert (named := re.fullmatch(r"/\* (.+) sha256:([0-9a-f]{64}) \*/", header)), f"{name} does not name its sources"
    sources = named[1].split()
    assert name in sources and "package-lock.json" in sources
    digest = hashlib.sha256(b"".join((JS / source).read_bytes() for source in sources)).hexdigest()
    assert digest == named[2], f"static/{name} is older than its sources: run make widgets"


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_widget_shows_its_bundle(name):
    texts = [path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")]
    assert str(getattr(widgets, name)._esm) in texts


def test_no_widget_is_left_out_of_the_list():
    modules = [path.stem for path in (ROOT / "nbcode" / "widgets").glob("*.py") if not path.stem.startswith("_")]
    assert {getattr(widgets, name).__module__.split(".")[-1] for name in widgets.__all__} == {*modules} - {"base"}


def test_the_lock_file_names_no_registry():
    text = (JS / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
