"""What all widgets share: typed parameters, presets, challenges, and the bundle that draws them.

A widget is one Python class here and one JavaScript module in ``js/``. The class names its parameters once;
labels, ranges, presets and initial values travel to the page in the trait ``_schema``, so that sliders, links
and Python agree by construction.
"""

import math
from pathlib import Path

import anywidget
import traitlets

from nbcode.widgets._expression import NAME, Mistake, parse

STATIC = Path(__file__).parent / "static"


class Param(traitlets.TraitType):
    """A parameter of a widget: a synced trait that knows its label and its limits.

    Parameters
    ----------
    default : object
        The value when none is given.
    label : str
        What the control is called. An empty label means no control of its own (it lives in the picture).
    when : dict or list of dict, optional
        ``{other: value}``: show the control only while ``other`` has that value, or one of a list of values, or is
        larger than v for ``{"above": v}``. Of a list of dicts, one has to hold.
    group : str, optional
        The heading under which the control stands.
    """

    kind = ""

    def __init__(self, default, label="", *, when=None, group=None):
        super().__init__(default)
        self.label, self.when, self.group = label, when, group
        self.tag(sync=True)

    def schema(self):
        """Return what the page has to know about this parameter."""
        return {"kind": self.kind, "label": self.label, "when": self.when, "group": self.group}

    def expected(self):
        """Say in words which values are accepted."""
        raise NotImplementedError

    def refuse(self, obj, value):
        """Raise the error for a value that is not accepted."""
        raise ValueError(f"{type(obj).__name__}.{self.name} must be {self.expected()}, got {value!r}")


class Number(Param):
    """A number on a slider from ``low`` to ``high``; with ``whole``, a whole number."""

    kind = "number"

    def __init__(self, default, low, high, step, label, *, log=False, whole=False, **more):
        self.low, self.high, self.step, self.log, self.whole = low, high, step, log, whole
        super().__init__(default, label, **more)

    def schema(self):
        """Return what the page has to know about this parameter."""
        return super().schema() | {
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "log": self.log,
            "whole": self.whole,
        }

    def expected(self):
        """Say in words which values are accepted."""
        return f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"

    def validate(self, obj, value):
        """Accept finite numbers in range."""
        if not is_number(value) or not self.low <= value <= self.high or (self.whole and value != int(value)):
            self.refuse(obj, value)
        return int(value) if self.whole else float(value)


class Toggle(Param):
    """Yes or no."""

    kind = "toggle"

    def expected(self):
        """Say in words which values are accepted."""
        return "True or False"

    def validate(self, obj, value):
        """Accept booleans, and 0 and 1."""
        if not isinstance(value, bool | int) or value not in (0, 1):
            self.refuse(obj, value)
        return bool(value)


class Choice(Param):
    """One of a few named options."""

    kind = "choice"

    def __init__(self, default, options, label, **more):
        self.options = list(options)
        super().__init__(default, label, **more)

    def schema(self):
        """Return what the page has to know about this parameter."""
        return super().schema() | {"options": self.options}

    def expected(self):
        """Say in words which values are accepted."""
        return "one of " + ", ".join(map(repr, self.options))

    def validate(self, obj, value):
        """Accept the options."""
        if value not in self.options:
            self.refuse(obj, value)
        return value


class Points(Param):
    """Labelled points ``[x1, x2, label]``, at most ``most`` of them; they are moved in the picture."""

    kind = "points"

    def __init__(self, default, low, high, most=40):
        self.low, self.high, self.most = low, high, most
        super().__init__(default)

    def schema(self):
        """Return what the page has to know about this parameter."""
        return super().schema() | {"low": self.low, "high": self.high, "most": self.most}

    def expected(self):
        """Say in words which values are accepted."""
        return f"1 to {self.most} points [x1, x2, label], coordinates from {self.low:g} to {self.high:g}, label 0 or 1"

    def validate(self, obj, value):
        """Accept lists and arrays of labelled points."""
        try:
            points = [[float(x1), float(x2), int(label)] for x1, x2, label in value]
        except (TypeError, ValueError, OverflowError):
            self.refuse(obj, value)
        fits = all(
            self.low <= x1 <= self.high and self.low <= x2 <= self.high and label in (0, 1) for x1, x2, label in points
        )
        if not fits or not 1 <= len(points) <= self.most:
            self.refuse(obj, value)
        return points


class Numbers(Param):
    """A list of numbers, empty or of a given length (or from ``least`` on); set in the picture or from Python."""

    kind = "numbers"

    def __init__(self, default, low, high, length, *, least=None):
        self.low, self.high, self.length, self.least = low, high, length, least or length
        super().__init__(default)

    def schema(self):
        """Return what the page has to know about this parameter."""
        return super().schema() | {"low": self.low, "high": self.high, "length": self.length, "least": self.least}

    def expected(self):
        """Say in words which values are accepted."""
        fewer = f"{self.least} to " if self.least < self.length else ""
        return f"an empty list or {fewer}{self.length} numbers from {self.low:g} to {self.high:g}"

    def validate(self, obj, value):
        """Accept sequences of finite numbers."""
        try:
            numbers = list(value)
        except TypeError:
            self.refuse(obj, value)
        if not all(is_number(v) and self.low <= v <= self.high for v in numbers):
            self.refuse(obj, value)
        if numbers and not self.least <= len(numbers) <= self.length:
            self.refuse(obj, value)
        return [float(v) for v in numbers]


class Expression(Param):
    """A formula that is typed, such as ``(w*x + b)**2``; see ``nbcode.widgets._expression``."""

    kind = "expression"

    def expected(self):
        """Say in words which values are accepted."""
        return "a formula of names, numbers, operators, parentheses, exp, log, tanh, sigmoid, relu and max"

    def validate(self, obj, value):
        """Accept what can be read."""
        if not isinstance(value, str):
            self.refuse(obj, value)
        try:
            parse(value)
        except Mistake as mistake:
            raise ValueError(f"{type(obj).__name__}.{self.name}: {mistake}") from None
        return value


class Name(Param):
    """A name that may stand in a formula, or none: "" or None."""

    kind = "name"

    def expected(self):
        """Say in words which values are accepted."""
        return "a letter, or a letter and a digit, or nothing"

    def validate(self, obj, value):
        """Accept names."""
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not NAME.fullmatch(value):
            self.refuse(obj, value)
        return value


def is_number(value):
    """Tell whether a value is a finite real number (a bool is not)."""
    try:
        return not isinstance(value, bool | str) and math.isfinite(value)
    except (TypeError, OverflowError):
        return False


class Widget(anywidget.AnyWidget):
    """Base of the book's widgets.

    A subclass sets ``title``, its parameters, ``presets``, ``challenges`` and ``_esm``, and defines
    ``readout()``, the numbers that the widget shows. The JavaScript module exports the same ``readout``;
    a test compares the two.

    Parameters
    ----------
    name : str, optional
        Tells several widgets of a class apart in links: ``Neuron(name="play")`` is ``#neuron-play``.
    challenge : str, optional
        A key of ``challenges``: start from its settings and show its goal, which the page checks.
    **params
        Initial values of the parameters.
    """

    title = ""
    presets = {}
    challenges = {}
    _css = STATIC / "widget.css"
    _schema = traitlets.Dict().tag(sync=True)

    def __init__(self, *, name="", challenge="", **params):
        known = self.params()
        if unknown := params.keys() - known.keys():
            raise TypeError(f"{type(self).__name__} has no parameter {sorted(unknown)[0]!r}; it has {', '.join(known)}")
        if challenge and challenge not in self.challenges:
            raise ValueError(f"challenge must be one of {', '.join(map(repr, self.challenges))}, got {challenge!r}")
        task = self.challenges.get(challenge, {})
        presets = {} if challenge else self.presets
        self._identity = {"name": name, "challenge": challenge}
        super().__init__(**task.get("start", {}) | params)
        self._schema = {
            "widget": type(self).__name__,
            "id": "-".join(filter(None, [type(self).__name__.lower(), name or challenge])),
            "title": self.title,
            "params": {key: param.schema() for key, param in known.items()},
            "presets": presets,
            # A page that comes from the cache of executed notebooks has all keys in alphabetical order.
            "order": {"params": list(known), "presets": list(presets)},
            "challenge": {key: task[key] for key in task if key != "start"},
            "initial": self.settings(),
        }

    @classmethod
    def params(cls):
        """Return the parameters by name, in the order in which the class states them."""
        found = {k: t for k, t in cls.class_traits().items() if isinstance(t, Param)}
        order = [k for base in reversed(cls.__mro__) for k in vars(base) if k in found]
        return {key: found[key] for key in order}

    def settings(self):
        """Return the present values of all parameters."""
        return {key: getattr(self, key) for key in self.params()}

    def readout(self):
        """Return the numbers that the widget shows, computed with nbcode."""
        raise NotImplementedError

    @property
    def solved(self):
        """Whether the goal is reached; the same check that the page makes."""
        return bool(self.readout().get("solved"))

    def __repr__(self):
        named = {key: value for key, value in self._identity.items() if value}
        usual = {key: param.default_value for key, param in self.params().items() if not param.label}
        usual |= self.challenges.get(self._identity["challenge"], {}).get("start", {})
        shown = {key: value for key, value in self.settings().items() if key not in usual or value != usual[key]}
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in (named | shown).items())})"
