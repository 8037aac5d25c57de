"""Every exercise: right answers pass, typical wrong ones get their hint, rubbish gets a sentence."""

import html
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from nbcode.exercises import EXERCISES, Verdict, check

ANSWERS = [import_module(f"exercises.{path.stem}") for path in Path(__file__).with_name("exercises").glob("*.py")]
RIGHT = {name: answers for module in ANSWERS for name, answers in module.RIGHT.items()}
WRONG = {name: answers for module in ANSWERS for name, answers in module.WRONG.items()}


class Hostile:
    """An object all of whose methods fail."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")


class SilentError(Exception):
    """An error that can't be printed."""

    def __str__(self):
        raise RuntimeError("no")


def leave(*arguments):
    raise SystemExit(1)


def fail(*arguments):
    raise SilentError


def recurse(*arguments):
    return recurse(*arguments)


def nested():
    ring = []
    ring.append(ring)
    return ring


RUBBISH = {
    "None": None,
    "text": "x",
    "long text": "x" * 10_000,
    "bytes": b"x",
    "nan": float("nan"),
    "inf": float("inf"),
    "complex": 1j,
    "huge": 10**400,
    "too huge to print": 10**5000,
    "true": True,
    "empty list": [],
    "empty dict": {},
    "empty tuple": (),
    "ragged": [[1, 2], [3]],
    "object": object(),
    "hostile": Hostile(),
    "set": {1, 2},
    "type": int,
    "module": np,
    "nan array": np.full(2, np.nan),
    "nan pair": (np.full(2, np.nan), np.nan),
    "array": np.ones((2, 3)),
    "long": np.ones(1000),
    "empty array": np.ones((0, 2)),
    "tensor": torch.ones(2, 2),
    "pair of None": (None, None),
    "pair of texts": ("ab", "c"),
    "pair of dicts": ({}, {}),
    "triple of None": (None,) * 3,
    "list of objects": [object(), object()],
    "huge pair": ([10**400, 10**400], -(10**400)),
    "ring": nested(),
    "dict of None": {None: None},
    "hostile dict": {(0, 0, 0, 1): Hostile()},
    "hostile pair": (Hostile(), Hostile()),
    "iterator": iter([1, 2]),
    "object array": np.array([None, "x"], dtype=object),
    "dates": np.array(["2020"], "M8[Y]"),
    "f: division by zero": lambda: 1 / 0,
    "f: fails": lambda *a: 1 / 0,
    "f: None": lambda *a: None,
    "f: text": lambda *a: "x",
    "f: nan": lambda *a: float("nan"),
    "f: huge": lambda *a: 10**400,
    "f: array": lambda *a: np.ones((2, 2)),
    "f: nan pair": lambda *a: (np.full(1, np.nan), np.nan),
    "f: itself": lambda *a: a,
    "f: function": lambda *a: len,
    "f: empty": lambda *a: (),
    "f: hostile": lambda *a: Hostile(),
    "f: object": lambda *a: object(),
    "f: leaves": leave,
    "f: unprintable": fail,
    "f: recursion": recurse,
    "f: pair of texts": lambda *a: ("x", "y"),
    "f: ring": lambda *a: nested(),
    "print": print,
}


@pytest.mark.parametrize("kind", RUBBISH)
@pytest.mark.parametrize("name", EXERCISES)
def test_rubbish(name, kind):
    verdict = check(name, RUBBISH[kind])
    assert isinstance(verdict, Verdict)
    assert not verdict.passed
    assert verdict.message
    assert verdict.hint
    text = repr(verdict)
    assert text.startswith("✗ Not yet. ")
    assert "Hint: " in text
    assert "Traceback" not in text
    assert " at 0x" not in text
    assert len(text) < 600


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_is_listed(name):
    assert RIGHT[name]
    assert WRONG[name]


def test_nothing_else_is_listed():
    assert set(RIGHT) == set(WRONG) == set(EXERCISES)


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_right(name, answer):
    verdict = check(name, answer)
    assert verdict, verdict
    assert repr(verdict).startswith("✓ Right. ")
    assert "Hint" not in repr(verdict)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [(name, answer, words) for name, pairs in WRONG.items() for answer, words in pairs],
)
def test_wrong(name, answer, words):
    verdict = check(name, answer)
    assert not verdict
    assert words in repr(verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_hints_differ(name):
    """Typical mistakes get hints of their own, not one for all."""
    hints = {check(name, answer).hint for answer, _ in WRONG[name]}
    assert len(hints) >= 4


def test_a_stub_that_returns_nothing():
    assert "gave back nothing (None). Hint: Does it end with return?" in repr(check("neuron/bias", lambda *a: None))


def test_the_answer_is_left_alone():
    w = np.array([-2, -2])
    answer = (w, 3)
    assert check("neuron/nand", answer)
    assert answer[0] is w
    assert w.tolist() == [-2, -2]


def test_html():
    verdict = check("neuron/nand", "<script>")
    assert verdict._repr_html_() == f'<div class="nbcode-verdict" role="status">{html.escape(repr(verdict))}</div>'
    assert "&lt;script&gt;" in verdict._repr_html_()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("neuron/nnd", "neuron/nand"),
        ("bias", "neuron/bias"),
        ("", "/"),
        (None, "/"),
        ([1], "/"),
    ],
)
def test_unknown_exercise(name, nearest):
    with pytest.raises(ValueError, match="^name: there is no exercise ") as error:
        check(name, 1)
    assert nearest in str(error.value)
