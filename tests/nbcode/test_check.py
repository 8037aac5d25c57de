"""compare: what it prints, and when it agrees."""

import numpy as np
import pytest
import torch

from nbcode.activations import sigmoid
from nbcode.check import compare


def test_agrees():
    z = np.linspace(-3, 3, 7)
    row = compare("sigmoid", sigmoid(z), torch.sigmoid(torch.from_numpy(z)))
    assert row
    assert repr(row) == "sigmoid   shape (7,)   largest difference < 1e-12   agrees"


def test_what_is_printed_does_not_show_the_rounding():
    assert repr(compare("a", [1.0], [1.0])) == repr(compare("a", [1.0], [1.0 + 1e-15]))


def test_differs():
    row = compare("a", [1, 2, 3], [1, 2.5, 3])
    assert not row
    assert repr(row) == "a   shape (3,)   largest difference 5.0e-01   differs (tolerance 1e-12)"


def test_the_tolerance_itself_is_too_much():
    assert not compare("a", [0.0], [0.5], tol=0.5)
    assert compare("a", [0.0], [0.499], tol=0.5)


def test_shapes_must_be_equal():
    row = compare("a", [[1, 1]], [1, 1])
    assert not row
    assert repr(row) == "a   shape (1, 2) against (2,)   not compared   differs (shape)"


@pytest.mark.parametrize(
    ("ours", "theirs", "agrees"),
    [
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (np.inf, -np.inf, False),
        (np.nan, 0, False),
        (np.inf, 1e308, False),
        (1e308, -1e308, False),
        ([1, np.nan], [1, np.nan], True),
        ([1, np.nan], [2, np.nan], False),
        (True, 1.0, True),
    ],
)
def test_special_values(ours, theirs, agrees):
    assert bool(compare("a", ours, theirs)) is agrees


def test_tensors_with_a_gradient():
    assert compare("a", [1.0], torch.ones(1, requires_grad=True))


def test_joined():
    table = compare("one", 1, 1) + compare("eleven", [1, 1], [1, 1])
    assert table
    assert repr(table).splitlines() == [
        "one      shape ()     largest difference < 1e-12   agrees",
        "eleven   shape (2,)   largest difference < 1e-12   agrees",
    ]
    assert not table + compare("two", 1, 2)
    assert not compare("two", 1, 2) + table
    with pytest.raises(TypeError):
        table + 1


def test_html():
    html = (compare("<b>", 1, 1) + compare("c", 1, 2))._repr_html_()
    assert html.count("<tr>") == 3
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "&lt; 1e-12" in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], []), r"^ours, theirs: expected some numbers, got shapes \(0,\) and \(0,\)"),
        (("1", 1), "^ours: expected numbers, got str"),
        ((1, None), "^theirs: expected numbers, got NoneType"),
        ((1, 1, 0), "^tol: expected a number above 0, got 0"),
        ((1, 1, np.inf), "^tol: expected finite numbers, got inf"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        compare("a", *arguments)
