"""The pages on nbcode: nothing public is missing, nothing private is shown, and what is looked for is found."""

import pkgutil
from importlib import import_module
from inspect import isclass, isfunction

import pytest
from api import public
from built import PAGES, soup

import nbcode

MODULES = [module.name for module in pkgutil.iter_modules(nbcode.__path__) if not module.name.startswith("_")]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_and_class_is_there(book, name):
    page = soup(f"appendices/api/{name}.html")
    module = import_module(f"nbcode.{name}")
    assert page.find(id=f"module-nbcode.{name}")
    wanted = [member for member in public(module) if isfunction(value := getattr(module, member)) or isclass(value)]
    assert wanted
    assert [member for member in wanted if not page.find("dt", id=f"nbcode.{name}.{member}")] == []
    if wanted[1:]:
        assert {link.get_text() for link in page.select("table.autosummary td:first-child a")} >= set(wanted)
    assert soup("appendices/api.html").find(title=f"nbcode.{name}")


def test_nothing_private_is_shown(book):
    names = [tag["id"] for page in PAGES if "api/" in page for tag in soup(page).select("dt.sig[id]")]
    assert names
    assert [name for name in names if "._" in name] == []


def test_initials_do_not_become_lists(book):
    assert [page for page in PAGES if "api/" in page and soup(page).select("dl.py ol.upperalpha")] == []


@pytest.mark.parametrize("name", ["activations", "losses", "layers", "optim"])
def test_formulas_are_set(book, visit, name):
    opened = visit(f"{book}/appendices/api/{name}.html")
    opened.page.locator("dl.py mjx-container").first.wait_for()
    opened.close()


def test_a_widgets_parameters_are_listed(book):
    text = soup("appendices/api/widgets.html").find(id="nbcode.widgets.Neuron").parent.get_text()
    for part in ("challenge=''", "w1", "a number from −4 to 4; at first 1", "two blobs"):
        assert part in text


def test_search_finds_a_class(book, visit):
    opened = visit(f"{book}/search.html?q=CrossEntropyLoss")
    opened.page.locator("#search-results a[href*='losses.html#nbcode.losses.CrossEntropyLoss']").first.wait_for()
    assert opened.trouble == []
