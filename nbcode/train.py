"""Training: how a neuron finds its weights."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from nbcode._common import as_count, as_examples, as_positive
from nbcode.activations import step
from nbcode.layers import linear


class Update(NamedTuple):
    """One update of the perceptron: the example that went wrong, and the weights and bias after it."""

    index: int
    weight: np.ndarray
    bias: float


@dataclass(frozen=True, eq=False)
class PerceptronRun:
    """What `perceptron` found, and how it got there.

    Attributes
    ----------
    weight : array, shape (in,)
    bias : float
    mistakes : list of int
        How many examples went wrong in each epoch.
    converged : bool
        True when the last epoch went by without a mistake.
    steps : list of Update
        Every update, in order: ``(index, weight, bias)``.
    """

    weight: np.ndarray
    bias: float
    mistakes: list[int]
    converged: bool
    steps: list[Update] = field(repr=False)


def perceptron(X, y, epochs=100, lr=1.0):
    r"""Train one neuron with Rosenblatt's rule.

    Go through the examples in order, again and again. Whenever the answer is wrong, move weights and bias:

    .. math:: w \leftarrow w + \eta\,(t - \operatorname{step}(w^\top x + b))\,x, \qquad
              b \leftarrow b + \eta\,(t - \operatorname{step}(w^\top x + b))

    Weights and bias start at zero. The run ends after an epoch without a mistake. If a line (in more
    dimensions a hyperplane) separates the classes, such an epoch must come (Novikoff 1962).

    Parameters
    ----------
    X : array_like, shape (N, in)
        The examples.
    y : array_like, shape (N,)
        Their targets t, 0 or 1.
    epochs : int
        After so many rounds it gives up.
    lr : float
        The learning rate η.

    Returns
    -------
    PerceptronRun
        With ``weight``, ``bias``, ``mistakes``, ``converged`` and ``steps``.

    Raises
    ------
    ValueError
        If the shapes do not fit, a target is neither 0 nor 1, a number is NaN or infinite, `epochs` is below
        1 or `lr` is not above 0.

    References
    ----------
    F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in
    the brain", *Psychological Review* 65, 386–408.

    A. B. J. Novikoff (1962), "On convergence proofs on perceptrons", *Proceedings of the Symposium on the
    Mathematical Theory of Automata* 12, 615–622.

    Examples
    --------
    >>> from nbcode.data import GATES, truth_table
    >>> perceptron(truth_table(2), GATES["OR"])
    PerceptronRun(weight=array([1., 1.]), bias=-1.0, mistakes=[2, 2, 1, 0], converged=True)
    """
    X, y = as_examples(X, y)
    epochs, lr = as_count("epochs", epochs), as_positive("lr", lr)
    w, b = np.zeros(X.shape[1], X.dtype), 0.0
    mistakes, steps = [], []
    for _ in range(epochs):
        before = len(steps)
        for i, (x, t) in enumerate(zip(X, y, strict=True)):
            error = float(t - step(linear(x, w, b)))
            if error:
                w = w + lr * error * x
                b = b + lr * error
                steps.append(Update(i, w, b))
        mistakes.append(len(steps) - before)
        if mistakes[-1] == 0:
            break
    return PerceptronRun(w, b, mistakes, mistakes[-1] == 0, steps)
