"""Exercises that answer back.

``check(name, answer)`` says that an answer is right, or shows the smallest counter-example with a hint.
Whatever the answer is, what comes back is a sentence and never a traceback.

This file is the mechanism; the exercises themselves stand chapter by chapter in the files beside it. An exercise is
one function that takes the answer: it returns what to say when all is well, and raises `NotYet` when something is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from numbers import Real
from typing import NamedTuple

import numpy as np

from nbcode._common import tidy


@dataclass(frozen=True, repr=False)
class Verdict:
    """What `check` says about an answer. True when it passed."""

    passed: bool
    message: str
    hint: str = ""

    def __bool__(self):
        """Say whether the answer passed."""
        return self.passed

    def __repr__(self):
        """Write the text for the reader."""
        text = f"{'✓ Right.' if self.passed else '✗ Not yet.'} {self.message}"
        return f"{text} Hint: {self.hint}" if self.hint else text

    def _repr_html_(self):
        return f'<div class="nbcode-verdict" role="status">{escape(repr(self))}</div>'


class NotYet(Exception):  # noqa: N818  it isn't an error, it is an answer
    """Raised by an exercise when the answer is not right; carries what to say, and a hint."""

    def __init__(self, message, hint=""):
        super().__init__(message)
        self.message, self.hint = message, hint


class Exercise(NamedTuple):
    """One entry of the registry: the answer it wants, in words, and the function that examines an answer."""

    wants: str
    examine: Callable


EXERCISES: dict[str, Exercise] = {}


def exercise(name, wants):
    """Register the decorated function as the exercise `name`; `wants` says what an answer looks like."""

    def register(examine):
        EXERCISES[name] = Exercise(wants, examine)
        return examine

    return register


def check(name, answer):
    """Check the answer to an exercise.

    Parameters
    ----------
    name : str
        The exercise: the chapter, a slash, and its own name, such as ``"neuron/nand"``.
    answer : object
        Anything at all.

    Returns
    -------
    Verdict
        With ``passed``, ``message`` and ``hint``; it prints as the text to read.

    Raises
    ------
    ValueError
        If there is no exercise of this name.

    Examples
    --------
    >>> check("neuron/nand", ([2, 2], -1))
    ✗ Not yet. input (0, 0): z = 2·0 + 2·0 − 1 = −1 < 0, so it stays silent; NAND wants 1. Hint: This neuron \
computes OR. NAND fires at (0, 0), where z is b: so b is not negative. Which way must each 1 push z?
    """
    if not isinstance(name, str) or name not in EXERCISES:
        nearest = get_close_matches(str(name), EXERCISES, n=3, cutoff=0)
        raise ValueError(f"name: there is no exercise {name!r}; the nearest are {', '.join(nearest)}")
    wants, examine = EXERCISES[name]
    try:
        return Verdict(True, examine(answer))
    except NotYet as reason:
        return Verdict(False, reason.message, reason.hint or f"The answer is {wants}.")
    except Exception:  # an answer nobody thought of still gets a sentence
        return Verdict(False, f"Your answer, {what(answer)}, could not be read.", f"The answer is {wants}.")


def what(value):
    """Say in a few words what `value` is. Works for everything."""
    try:
        shape = getattr(value, "shape", ())
        if value is None:
            return "None"
        if isinstance(value, str):
            return f"the text {value if len(value) <= 20 else value[:20] + '…'!r}"
        if isinstance(value, Real):
            return f"the number {tidy(float(value))}" if value == value else "NaN, which is not a number"
        if isinstance(shape, tuple) and shape:
            return f"an array of shape {shape}"
        if isinstance(value, (list, tuple, dict, set)):
            return f"a {type(value).__name__} of length {len(value)}"
        if callable(value):
            return "a function"
    except OverflowError:
        return "a number too large to compute with"
    except Exception:  # an object whose own methods fail
        pass
    return f"an object of type {type(value).__name__}"


def number(value, name):
    """Read one finite number, or say which one isn't."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, Real):
        raise NotYet(f"{name} should be a number; it is {what(value)}.")
    if value != value or abs(value) > 1e100:
        kind = "NaN, which is not a number" if value != value else "too large to compute with"
        raise NotYet(f"{name} should be an ordinary number; it is {kind}.")
    return float(value)


def vector(value, n, name):
    """Read `n` finite numbers in a list, a tuple, an array or a tensor."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, (list, tuple)):
        raise NotYet(f"{name} should be a list of {n}; it is {what(value)}.")
    if len(value) != n:
        raise NotYet(f"{name} should hold {n} number{'s' * (n > 1)}; it holds {len(value)}.")
    return tuple(number(item, f"{name}[{i}]") for i, item in enumerate(value))


def array(value, shape, name):
    """Read an array of finite numbers as nested tuples, rounded so that the last digits do not tell answers apart."""
    if not shape:
        return round(number(value, name), 9) + 0.0
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, (list, tuple)):
        raise NotYet(f"{name} should have shape {shape}; it is {what(value)}.")
    if len(value) != shape[0]:
        raise NotYet(f"{name} should have shape {shape}; its length is {len(value)}.")
    return tuple(array(item, shape[1:], f"{name}[{i}]") for i, item in enumerate(value))


def neuron(value, n, name="Your answer"):
    """Read the weights and the bias of a neuron with `n` inputs."""
    if not isinstance(value, (list, tuple)):
        raise NotYet(f"{name} should be a pair (w, b); it is {what(value)}.")
    if len(value) == n + 1 != 2 and all(isinstance(item, Real) for item in value):
        raise NotYet(
            f"{name} should be a pair (w, b); it is {n + 1} single numbers.",
            "The weights go into a list of their own: ([w₁, w₂, …], b).",
        )
    if len(value) != 2:
        raise NotYet(f"{name} should be a pair (w, b); it is {what(value)}.")
    of = "" if name == "Your answer" else f" of {name}"
    return vector(value[0], n, f"w{of}"), number(value[1], f"b{of}")


class Shape(tuple):
    """The shape of an array, in a test case: a function gets it as the tuple it is."""

    __slots__ = ()


def arrays(case):
    """Copy a test case, with its tuples (but not its shapes) as fresh arrays for a function to work on."""
    return [np.array(part, float) if type(part) is tuple else part for part in case]


def call(function, given, called, nothing=False):
    """Call the reader's function; raise `NotYet` if it stops with an error or, unless `nothing`, gives back None."""
    try:
        result = function(*given)
    except (Exception, SystemExit) as error:
        try:
            words = f"{type(error).__name__}: {error}"
        except Exception:  # an error that can't even be printed
            words = type(error).__name__
        raise NotYet(f"{called} your function stopped with {words}.") from None
    if result is None and not nothing:
        raise NotYet(f"{called} your function gave back nothing (None).", "Does it end with return?")
    return result


def attempt(function, case, names, read, nothing=False):
    """Call the reader's function; return what `read` makes of the result, or the `NotYet` that says why.

    With `nothing`, None is an answer too, and is returned as it is.
    """
    given = arrays(case)
    called = "For " + ", ".join(f"{name} = {tidy(part)}" for name, part in zip(names, case, strict=True))
    try:
        result = call(function, given, called, nothing)
    except NotYet as reason:
        return reason
    if result is None:
        return None
    for name, before, after in zip(names, arrays(case), given, strict=True):
        if not np.array_equal(before, after):
            return NotYet(
                f"{called} your function changed the array {name} that it was given.",
                f"Make a new array, {name} + …, and keep the old one: no {name} += … or {name}[0] = ….",
            )
    try:
        return read(result, case)
    except NotYet as reason:
        return NotYet(f"{called}: {reason.message}", reason.hint)


def told(names):
    """Return a function that says what came for a case, and what should have come: the `explain` of most exercises."""

    def explain(case, answer, wanted):
        given = ", ".join(f"{name} = {tidy(part)}" for name, part in zip(names, case, strict=True))
        return f"For {given} you return {tidy(answer)}; it should be {tidy(wanted)}."

    return explain


def judge(function, cases, names, right, read, explain, mistakes, hint, nothing=False):
    """Try a function on every case; raise `NotYet` for the first one that goes wrong.

    `mistakes` holds typical wrong functions, each with the hint meant for it. If one of them gives the same
    answers as the reader's function in every single case, its hint is shown, and else the general `hint`.
    """
    if not callable(function):
        raise NotYet(f"A function was expected; this is {what(function)}.")

    def outcomes(candidate):
        return [attempt(candidate, case, names, read, nothing) for case in cases]

    answers = outcomes(function)
    for case, answer, wanted in zip(cases, answers, outcomes(right), strict=True):
        if isinstance(answer, NotYet):
            raise NotYet(answer.message, answer.hint or hint)
        if answer != wanted:
            fitting = (words for wrong, words in mistakes if outcomes(wrong) == answers)
            raise NotYet(explain(case, answer, wanted), next(fitting, hint))
