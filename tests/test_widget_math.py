"""What the page computes and what Python computes are the same numbers."""

import math

import numpy as np
import pytest
from built import ROOT
from links import draw

from nbcode import widgets
from nbcode.rng import Sfc32
from nbcode.widgets.predict import COLUMNS

COUNT = 1000
WITHIN = 1e-9

# The classes that can't be made without arguments, once for each kind of widget they make.
ARGUMENTS = {
    "Predict": [
        {"question": "?", "because": "!", "answer": 2, "choices": ["a", "b", "c", "d"]},
        {"question": "?", "because": "!", "answer": 14, "within": 1},
        {
            "question": "?",
            "because": "!",
            "answer": [i / 20 for i in range(COLUMNS)],
            "within": 5e5,
            "y": (-1e6, 1e6),
        },
    ]
}

COMPUTE = """async ([source, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { readout } = await import(url);
  return cases.map(([schema, settings]) => {
    try { return readout(settings, schema); } catch (error) { return String(error); }
  });
}"""

DRAWN = """async ([source, seed, count]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { sfc32 } = await import(url);
  return ["random", "normal"].map((name) => {
    const rng = sfc32(seed);
    return Array.from({ length: count }, () => rng[name]());
  });
}"""


@pytest.fixture(scope="module")
def page(visit):
    return visit("about:blank").page


def agree(python, page):
    """Tell whether two readouts are the same, up to the last digits of their numbers."""
    match python:
        case None | bool() | str():
            return page is python or (isinstance(python, str) and page == python)
        case int() | float():
            close = isinstance(page, int | float) and not isinstance(page, bool)
            return close and (math.isclose(page, python, rel_tol=WITHIN, abs_tol=WITHIN))
        case list():
            return isinstance(page, list) and len(page) == len(python) and all(map(agree, python, page))
        case dict():
            return (
                isinstance(page, dict) and page.keys() == python.keys() and all(agree(python[k], page[k]) for k in page)
            )
    raise TypeError(f"a readout holds {python!r}")


def cases(name):
    """Give pairs of a widget of a class and random settings it takes."""
    made = [getattr(widgets, name)(**arguments) for arguments in ARGUMENTS.get(name, [{}])]
    for number, widget in enumerate(made):
        for settings in draw(widget._schema["params"], -(-COUNT // len(made)), seed=number):
            yield widget, settings


def readout(widget, settings):
    """Set a widget, and return the numbers it shows."""
    for key, setting in settings.items():
        setattr(widget, key, setting)
    return widget.readout()


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_page_computes_what_python_computes(name, page):
    drawn = list(cases(name))
    source = str(getattr(widgets, name)._esm)
    shown = page.evaluate(COMPUTE, [source, [[widget._schema, settings] for widget, settings in drawn]])
    wrong = []
    for (widget, settings), result in zip(drawn, shown, strict=True):
        if not agree(expected := readout(widget, settings), result):
            wrong.append(f"{settings}\n  Python: {expected}\n  page:   {result}")
    assert not wrong, f"{len(wrong)} of {len(drawn)} differ, the first at {wrong[0]}"


def test_the_page_draws_the_numbers_that_python_draws(page):
    source = (ROOT / "nbcode/widgets/js/shared/rng.js").read_text(encoding="utf-8")
    for seed in (0, 1, 12345, 2**32 - 1):
        uniform, normal = page.evaluate(DRAWN, [source, seed, COUNT])
        assert uniform == Sfc32(seed).random(COUNT).tolist()
        np.testing.assert_allclose(normal, Sfc32(seed).standard_normal(COUNT), rtol=0, atol=1e-13)


def test_ties_are_among_the_settings():
    """At z = 0, ≥ and > part, and so would two ways of computing z."""
    ties = [0 in readout(widget, settings)["z"] for widget, settings in cases("Decision")]
    assert sum(ties) > COUNT / 20
