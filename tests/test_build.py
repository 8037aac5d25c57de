"""What a change of the code does to the built book."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from book import code_hash, configure
from built import ROOT


@pytest.fixture
def tree(tmp_path):
    """A small book's worth of files."""
    for name in ("requirements.txt", "nbcode/a.py", "nbcode/widgets/static/a.css", "tests/test_a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "nbcode/a.py",
        "nbcode/widgets/static/a.css",
        "nbcode/new.py",
        "nbcode/widgets/new.py",
    ],
)
def test_notebooks_run_again_after_a_change_in_what_they_run_on(tree, name):
    before = code_hash(tree)
    (tree / name).write_text("two")
    assert code_hash(tree) != before


def test_notebooks_run_again_after_a_file_was_renamed_or_removed(tree):
    hashes = {code_hash(tree)}
    (tree / "nbcode" / "a.py").rename(tree / "nbcode" / "b.py")
    hashes.add(code_hash(tree))
    (tree / "nbcode" / "b.py").unlink()
    hashes.add(code_hash(tree))
    assert len(hashes) == 3


@pytest.mark.parametrize("name", ["tests/test_a.py", "README.md", "nbcode/__pycache__/a.pyc"])
def test_notebooks_do_not_run_again_for_anything_else(tree, name):
    before = code_hash(tree)
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text("two")
    assert code_hash(tree) == before


def build(book):
    """Build a copy of the book on the copy's own nbcode, and return its introduction."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    environment = os.environ | {"PYTHONPATH": str(book)}
    result = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True, timeout=240)
    assert result.returncode == 0, result.stdout + result.stderr
    return (book / "_build" / "html" / "intro.html").read_text(encoding="utf-8")


def test_a_change_in_nbcode_reaches_the_page(tmp_path):
    book = tmp_path / "book"
    ignored = (".*", "_build", "lab", "handout", "node_modules", "__pycache__")
    shutil.copytree(ROOT, book, ignore=shutil.ignore_patterns(*ignored))
    (book / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    neuron = book / "nbcode" / "widgets" / "neuron.py"
    old, new = '"title": "One neuron, two inputs"', '"title": "A neuron of another name"'
    page = build(book)
    assert old in page and new not in page
    source = neuron.read_text(encoding="utf-8")
    neuron.write_text(re.sub(r'title = "[^"]+"', 'title = "A neuron of another name"', source), encoding="utf-8")
    page = build(book)
    assert new in page and old not in page


@pytest.mark.parametrize("address", ["", "https://example.org/book"])
def test_version_and_report_button_come_with_the_repositorys_address(address):
    config = SimpleNamespace(html_theme_options={"repository_url": address}, html_static_path=[])
    configure(None, config)
    shown = config.html_theme_options
    assert bool(shown.get("use_issues_button")) == bool(address)
    assert (f"{address}/issues/new" in shown.get("extra_footer", "")) == bool(address)
