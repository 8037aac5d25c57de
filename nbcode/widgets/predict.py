"""A question that is answered only after the reader has committed to a guess."""

from nbcode.widgets.base import STATIC, Number, Numbers, Toggle, Widget, is_number

COLUMNS = 21


class Predict(Widget):
    """Predict, then reveal: a choice, a number, or a sketched curve.

    Parameters
    ----------
    question : str
    because : str
        The answer's reason, shown with the answer.
    choices : list of str, optional
        Makes it a choice; ``answer`` is the index of the right one.
    answer : int, float or sequence of 21 floats
        The right choice, the number, or the curve's heights at 21 equally spaced places.
    within : float
        How far off a number (or, on average, a sketch) may be to count as right.
    x, y : (low, high)
        For a sketch, the ranges of the two axes.

    Examples
    --------
    >>> from nbcode.widgets import Predict
    >>> Predict("2 + 2?", answer=4, because="Count.", guess=[4], committed=True).readout()["right"]
    True
    """

    title = "Predict, then reveal"
    _esm = STATIC / "predict.js"

    choice = Number(-1, -1, 9, 1, "", whole=True)
    guess = Numbers([], -1e6, 1e6, 1)
    sketch = Numbers([], -1e6, 1e6, COLUMNS)
    committed = Toggle(False)

    def __init__(self, question, *, answer, because, choices=(), within=0.0, x=(0, 1), y=(0, 1), **params):
        choices = list(choices)
        kind = "choice" if choices else "number" if is_number(answer) else "sketch"
        if kind == "choice" and answer not in range(len(choices)):
            raise ValueError(f"answer must be the index of one of the {len(choices)} choices, got {answer!r}")
        if kind == "sketch" and len(answer := [float(v) for v in answer]) != COLUMNS:
            raise ValueError(f"answer must be a number or {COLUMNS} heights, got {len(answer)} numbers")
        self._asked = {
            "text": question,
            "kind": kind,
            "choices": choices,
            "answer": answer,
            "because": because,
            "within": within,
            "x": list(x),
            "y": list(y),
        }
        super().__init__(**params)
        most = {"choice": self._schema["params"]["choice"] | {"high": len(choices) - 1}}
        shown = {"title": "Predict", "question": self._asked, "params": self._schema["params"] | most}
        self._schema = self._schema | shown

    def readout(self):
        """Return whether there is a guess yet, whether it is right, and by how much it is off."""
        kind, answer = self._asked["kind"], self._asked["answer"]
        if kind == "choice":
            answered, error = self.choice >= 0, float(self.choice != answer)
        elif kind == "number":
            answered = bool(self.guess)
            error = abs(self.guess[0] - answer) if answered else 0.0
        else:
            answered = bool(self.sketch)
            error = sum(abs(a - b) for a, b in zip(self.sketch, answer, strict=False)) / COLUMNS
        return {"answered": answered, "error": error, "right": answered and error <= self._asked["within"]}

    def __repr__(self):
        return f"Predict({self._asked['text']!r})"
