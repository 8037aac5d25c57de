"""What the page computes and what Python computes are the same numbers."""

import math

import numpy as np
import pytest
from links import draw

from nbcode import widgets
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


@pytest.fixture(scope="module")
def page(visit):
    return visit("about:blank").page


def agree(python, page):
    """Tell whether two readouts are the same, up to the last digits of their numbers."""
    match python:
        case None | bool() | str():
            return page is python or (isinstance(python, str) and page == python)
        case int() | float():
            if not isinstance(page, int | float) or isinstance(page, bool):
                return False
            both_none = math.isnan(page) and math.isnan(python)
            return both_none or math.isclose(page, python, rel_tol=WITHIN, abs_tol=WITHIN)
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


def test_ties_are_among_the_settings():
    """At z = 0, ≥ and > part, and so would two ways of computing z."""
    ties = [0 in readout(widget, settings)["z"] for widget, settings in cases("Decision")]
    assert sum(ties) > COUNT / 20


def test_the_worked_network_has_the_right_numbers():
    out = widgets.Backprop().readout()
    expected = {  # with the decimals they are given to
        "z1": ([0.17, 0.39], 9),
        "a1": ([0.5424, 0.5963], 4),
        "z2": ([0.92897], 5),
        "a2": ([0.71687], 5),
        "L": ([0.040082], 6),
        "delta2": ([-0.057467], 6),
        "delta1": ([-0.0071318, -0.0083005], 7),
        "updated": (
            [0.1003566, 0.2000713, 0.3004150, 0.4000830, 0.1007132, 0.2008300, 0.503117, 0.603427, 0.305747],
            6,
        ),
    }
    for name, (numbers, decimals) in expected.items():
        np.testing.assert_allclose(np.ravel(out[name]), numbers, rtol=0, atol=0.5001 * 10**-decimals, err_msg=name)


def test_no_bug_of_the_worked_network_escapes_the_differences_and_most_escape_the_loss():
    out = widgets.Backprop().readout()
    none, *bugs = out["verdicts"].values()
    assert none["fits"] and none["differ"] == 0 and none["after"] < out["L"]
    assert [bug["fits"] for bug in bugs].count(False) == 1
    assert all(bug["differ"] for bug in bugs if bug["fits"])
    assert sum(bug["after"] < out["L"] for bug in bugs if bug["fits"]) == 7


def test_without_a_bug_no_gradient_differs_from_the_measured_one():
    wrong = [
        settings for widget, settings in cases("Backprop") if readout(widget, settings | {"bug": "none"})["differ"]
    ]
    assert wrong == []
