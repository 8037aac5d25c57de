"""Training: how a neuron finds its weights, and how a network does."""

import builtins
import copy
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from nbcode._common import as_array, as_count, as_distribution, as_examples, as_number
from nbcode.activations import step
from nbcode.layers import linear
from nbcode.losses import BCELoss
from nbcode.module import Module, Parameter
from nbcode.optim import Optimizer, clip_grad_norm_


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
    epochs, lr = as_count("epochs", epochs), as_number("lr", lr, above=0)
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


def accuracy(logits, labels):
    r"""Return how many answers are right, as a fraction.

    .. math:: \frac1N \sum_{i=1}^{N} \bigl[\operatorname{argmax}_k z_{ik} = y_i\bigr]

    Parameters
    ----------
    logits : array_like, shape (N, K, ...), (N,) or (N, 1)
        The outputs z: one for each of K classes, of which the largest wins. In the shape (N,) or (N, 1) there is one
        for each example, which says 1 where z ≥ 0 and else 0. Probabilities of "yes" are no logits.
    labels : array_like, shape (N, ...)
        The classes, whole numbers. In the shape (N, K, ...) of the logits, probabilities: the likeliest class counts.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no example, or a label is no class.

    Examples
    --------
    >>> accuracy([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
    0.6666666666666666
    """
    answers, labels, _ = _answers(logits, labels)
    return float((answers == labels).mean())


def confusion_matrix(logits, labels):
    r"""Count which class is taken for which.

    .. math:: C_{jk} = \bigl|\{\, i : y_i = j,\ \operatorname{argmax}_l z_{il} = k \,\}\bigr|

    Rows are true classes, columns are answers, and the diagonal holds what is right. The same as
    ``sklearn.metrics.confusion_matrix(labels, answers)``.

    Parameters
    ----------
    logits, labels
        As for `accuracy`.

    Returns
    -------
    array, shape (K, K)
        Whole numbers; together as many as there are labels.

    Raises
    ------
    ValueError
        As for `accuracy`.

    Examples
    --------
    >>> confusion_matrix([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
    array([[1, 1],
           [0, 1]])
    """
    answers, labels, classes = _answers(logits, labels)
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (labels, answers), 1)
    return matrix


def _answers(logits, labels):
    """Return the classes that the outputs speak for, the labels as whole numbers, and the number of classes."""
    logits, labels = np.asarray(logits), np.asarray(labels)
    if logits.shape[1:] == (1,):
        logits, labels = logits[:, 0], labels[:, 0] if labels.shape[1:] == (1,) else labels
    if logits.ndim > 1 and logits.shape == labels.shape:
        labels = as_distribution("labels", labels, 1).argmax(axis=1)
    if logits.ndim == 1 and logits.shape == labels.shape:
        classes, answers = 2, step(logits).astype(int)
    elif logits.ndim > 1 and logits.shape[:1] + logits.shape[2:] == labels.shape:
        classes, answers = logits.shape[1], logits.argmax(axis=1)
    else:
        raise ValueError(
            f"labels: expected one label for each example of the logits, {logits.shape}, got shape {labels.shape}"
        )
    if labels.size == 0:
        raise ValueError("labels: expected at least one")
    return answers, as_labels("labels", labels, classes), classes


def as_labels(name, labels, classes):
    """Return `labels` as integers, and refuse anything that isn't a whole number from 0 to `classes` − 1."""
    labels = np.asarray(labels)
    wrong = ~np.isin(labels, np.arange(classes))
    if wrong.any():
        raise ValueError(f"{name}: expected classes from 0 to {classes - 1}, got {labels[wrong][0]}")
    return labels.astype(int)


class DataLoader:
    """Examples in batches, in a new order every time.

    Parameters
    ----------
    X : array_like, shape (N, ...)
        The examples.
    y : array_like, shape (N, ...)
        Their labels or targets.
    batch_size : int
        How many examples a batch holds.
    shuffle : bool
        Whether each pass over the data has an order of its own.
    drop_last : bool
        Whether to leave out the last batch if it is short.
    rng : numpy.random.Generator or seed
        Where the order comes from.
    augment : callable, optional
        A function of the examples of a batch and the generator, such as
        ``lambda X, rng: shift(X, 2, rng)``; the batch has what it returns.

    Raises
    ------
    ValueError
        If `X` and `y` have different lengths or hold NaN or infinity, or there would be no batch.

    Examples
    --------
    >>> loader = DataLoader([[1.0], [2.0], [3.0]], [0, 1, 0], batch_size=2)
    >>> len(loader)
    2
    >>> for X, y in loader:
    ...     print(X.tolist(), y)
    [[1.0], [2.0]] [0 1]
    [[3.0]] [0]
    """

    def __init__(self, X, y, batch_size=1, shuffle=False, drop_last=False, rng=None, augment=None):
        self.X, self.y = _as_data("X", X), _as_data("y", y)
        if len(self.X) != len(self.y):
            raise ValueError(f"y: expected one for each of the {len(self.X)} examples in X, got {len(self.y)}")
        self.batch_size = as_count("batch_size", batch_size)
        self.shuffle, self.drop_last, self.augment = shuffle, drop_last, augment
        self.rng = np.random.default_rng(rng)
        if len(self) == 0:
            raise ValueError(f"batch_size: {self.batch_size} with drop_last leaves no batch of {len(self.X)} examples")

    def __len__(self):
        whole, rest = divmod(len(self.X), self.batch_size)
        return whole if self.drop_last or rest == 0 else whole + 1

    def __iter__(self):
        order = self.rng.permutation(len(self.X)) if self.shuffle else np.arange(len(self.X))
        for batch in range(len(self)):
            chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            yield self.examples(chosen, self.rng), self.y[chosen]

    def examples(self, chosen, rng):
        """Return the chosen examples, augmented if that is wanted."""
        return self.X[chosen] if self.augment is None else self.augment(self.X[chosen], rng)

    def state_dict(self):
        """Return the state of the generator."""
        return {"rng": self.rng.bit_generator.state}

    def load_state_dict(self, state):
        """Put the generator back where ``state_dict`` found it."""
        self.rng.bit_generator.state = state["rng"]


def _as_data(name, values):
    """Return `values` as an array in its own dtype, and refuse NaN, infinity and no values at all."""
    array = as_array(name, values)
    if array.ndim == 0 or len(array) == 0:
        raise ValueError(f"{name}: expected shape (N, ...) with at least one example, got {array.shape}")
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[where]} at {where}")
    return array


class History(dict):
    """What happened in each epoch: a dict of lists, one number an epoch, ready to plot.

    Attributes
    ----------
    stopped : str
        Why the run ended before its last epoch; empty if it did not.
    state : dict
        Everything at the end of the last whole epoch: weights, optimizer, schedule, generators and this history.
        ``save`` writes it to a file; ``fit(…, state=…)`` goes on from there.

    Examples
    --------
    >>> History(loss=[0.71, 0.4], lr=[0.1, 0.1])
    epoch      loss        lr
        1      0.71       0.1
        2       0.4       0.1
    """

    stopped = ""
    state = None

    @property
    def epochs(self):
        """How many epochs are complete."""
        return len(self.get("loss", ()))

    @property
    def best(self):
        """The epoch with the lowest validation loss, counted from 1; 0 where there is none."""
        losses = self.get("val_loss")
        return 1 + int(np.argmin(losses)) if losses else 0

    def append(self, **values):
        """Add an epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)

    def __repr__(self):
        names = ["epoch", *self]
        rows = [[str(i), *(f"{column[i - 1]:.4g}" for column in self.values())] for i in range(1, self.epochs + 1)]
        if len(rows) > 12:
            rows[5:-5] = [["…"] * len(names)]
        widths = [5 if name == "epoch" else max(10, len(name) + 2) for name in names]
        table = [names, *rows]
        lines = ["".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
        return "\n".join([*lines, *filter(None, [self.stopped])])


class NotFinite(FloatingPointError):
    """Training met NaN or infinity.

    Attributes
    ----------
    step : int
        After how many updates of the weights.
    layer : str
        Where it began: the name of a module, of a parameter, or of the loss.
    history : History
        The epochs before; ``history.state`` holds the last weights that are good.
    """

    def __init__(self, step, what, layer, history):
        super().__init__(f"step {step} (epoch {history.epochs + 1}): {what}; it began in {layer}")
        self.step, self.layer, self.history = step, layer, history


def evaluate(model, loss, data, metrics=(accuracy,)):
    """Measure a model on data it does not learn from. It is left in evaluation mode.

    Parameters
    ----------
    model : Module
    loss : Module
        With a ``reduction`` that makes one number: "mean", "sum" or "batchmean".
    data : DataLoader or (X, y)
        The examples; they are taken in order and as they are, without augmentation.
    metrics : sequence of callable
        Functions of all outputs and all targets that return a number.

    Returns
    -------
    dict of str to float
        The mean loss of an example, ``"loss"``, and each metric by the name of its function.

    Raises
    ------
    ValueError
        If the data do not fit the model or the loss.

    Examples
    --------
    See `fit`.
    """
    data = data if isinstance(data, DataLoader) else DataLoader(*data, batch_size=256)
    tally = _Tally(loss, metrics)
    model.eval()
    for X, y in DataLoader(data.X, data.y, data.batch_size):
        output = model(X)
        tally.add(output, y, loss(output, y))
    return tally.result()


def fit(
    model,
    loss,
    optimizer,
    train_data,
    epochs,
    *,
    validation=None,
    metrics=(accuracy,),
    schedule=None,
    patience=None,
    clip=None,
    progress=True,
    state=None,
):
    r"""Train a network: forward, loss, backward, step, batch after batch.

    .. math:: \theta \leftarrow \operatorname{step}\bigl(\theta,\ \nabla_\theta
              \tfrac{1}{|B|} \textstyle\sum_{i \in B} L(f_\theta(x_i), y_i)\bigr)
              \qquad \text{for each batch } B \text{ of each epoch}

    Afterwards the model is in evaluation mode, ready to be used. Ctrl-C ends the run early: what was measured so
    far is returned, the weights stay as they are at that moment (with `patience`, those of the best epoch come back),
    and ``history.state`` is that of the last whole epoch.

    Parameters
    ----------
    model : Module
        The network f, with the weights θ.
    loss : Module
        The loss L, with a ``reduction`` that makes one number: "mean", "sum" or "batchmean".
    optimizer : Optimizer
        Over ``model.parameters()``.
    train_data : DataLoader
        The examples to learn from.
    epochs : int
        After how many epochs to end, those in `state` included.
    validation : DataLoader or (X, y), optional
        Examples that only measure. Columns of the history whose names begin with ``val_`` are about them.
    metrics : sequence of callable
        Functions of outputs and targets that return a number, a column of the history each. Where the targets are no
        classes, pass ``metrics=()``.
    schedule : schedule, optional
        Its ``step()`` is called after each epoch.
    patience : int, optional
        End when the validation loss was no better than its best for so many epochs. In any case the model gets back
        the weights of its best epoch.
    clip : float, optional
        The greatest norm a gradient may have, all parameters together.
    progress : bool
        Whether to show a bar where a person looks on. The environment variable ``TQDM_DISABLE=1`` turns it off.
    state : dict, optional
        The ``state`` of an earlier `History`. The run goes on from there and ends in the same bits as one that never
        stopped. Model, optimizer, schedule and data must be made as they were for that run.

    Returns
    -------
    History
        A dict of lists: ``loss``, the metrics, both again with ``val_``, and ``lr``. Loss and metrics of the training
        data are taken on the way, while the weights change and dropout drops.

    Raises
    ------
    ValueError
        If the data hold NaN, a label is no class, shapes do not fit, an option is bad, or `state` is of another run.
    NotFinite
        If loss, gradients or weights become NaN or infinite. It says where, and it carries the history.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep Learning*, MIT Press, chapter 8.

    L. Prechelt (1998), "Early stopping — but when?", in *Neural Networks: Tricks of the Trade*, Springer, 55–69.

    Examples
    --------
    >>> from nbcode.data import moons
    >>> from nbcode.layers import Linear
    >>> from nbcode.losses import CrossEntropyLoss
    >>> from nbcode.optim import SGD
    >>> model, loss = Linear(2, 2, rng=0), CrossEntropyLoss()
    >>> data = DataLoader(*moons(200), batch_size=20, shuffle=True, rng=0)
    >>> history = fit(model, loss, SGD(model.parameters(), lr=0.5), data, epochs=5, progress=False)
    >>> history.epochs, list(history)
    (5, ['loss', 'accuracy', 'lr'])
    >>> evaluate(model, loss, moons(1000, rng=1))["accuracy"] > 0.8
    True
    """
    epochs = as_count("epochs", epochs)
    wanted = [("model", model, Module), ("loss", loss, Module), ("optimizer", optimizer, Optimizer)]
    for name, part, kind in [*wanted, ("train_data", train_data, DataLoader)]:
        if not isinstance(part, kind):
            raise ValueError(f"{name}: expected {kind.__name__}, got {type(part).__name__}")
    if not np.iterable(metrics):
        raise ValueError(f"metrics: expected a sequence of functions, got {metrics!r}")
    if accuracy in metrics and isinstance(loss, BCELoss):
        raise ValueError("metrics: accuracy reads logits, BCELoss probabilities; take BCEWithLogitsLoss, or metrics=()")
    if validation is not None and not isinstance(validation, DataLoader):
        validation = DataLoader(*validation, batch_size=256)
    if patience is not None and as_count("patience", patience) and validation is None:
        raise ValueError("patience: expected validation data to go with it, got None")
    clip = None if clip is None else as_number("clip", clip, above=0)
    _try_out(model, loss, train_data, validation, metrics)

    parts = {"model": model, "optimizer": optimizer, "loader": train_data, "schedule": schedule}
    parts = {name: part for name, part in parts.items() if part is not None}
    measured = ["loss", *(metric.__name__ for metric in metrics)]
    names = [[name] if validation is None else [name, f"val_{name}"] for name in measured]
    columns = [*sum(names, []), "lr"]
    history, best = (History(), None) if state is None else _restore(state, parts, columns)
    history.state = _snapshot(parts, history, best)
    try:
        with np.errstate(all="ignore"), _bar(epochs, len(train_data), history.epochs, progress) as bar:
            while history.epochs < epochs:
                if patience is not None and history.epochs - history.best >= patience:
                    history.stopped = f"stopped early, with the weights of epoch {history.best}"
                    break
                row = {"lr": optimizer.lr} | _learn(model, loss, optimizer, train_data, metrics, clip, history, bar)
                if validation is not None:
                    measured = evaluate(model, loss, validation, metrics)
                    if not np.isfinite(measured["loss"]):
                        layer = _culprit(model, loss, "forward", validation.X)
                        count = (history.epochs + 1) * len(train_data)
                        raise NotFinite(count, f"the validation loss is {measured['loss']}", layer, history)
                    row |= {f"val_{name}": value for name, value in measured.items()}
                if schedule is not None:
                    schedule.step()
                history.append(**{name: row[name] for name in columns})
                if history.best == history.epochs:
                    best = model.state_dict()
                history.state = _snapshot(parts, history, best)
                bar.set_postfix(epoch=history.epochs, loss=f"{row['loss']:.4g}")
    except KeyboardInterrupt:
        history.clear()  # half an epoch may be in it
        history.update(copy.deepcopy(history.state["history"]))
        history.stopped = f"interrupted in epoch {history.epochs + 1}"
    finally:
        model.eval()
    if patience is not None and best is not None:
        model.load_state_dict(best)
    return history


def _try_out(model, loss, train_data, validation, metrics):
    """Run everything once on the first batch, and refuse labels or shapes that would fail later."""
    X = train_data.examples(slice(train_data.batch_size), np.random.default_rng(0))
    y = train_data.y[: train_data.batch_size]
    tally = _Tally(loss, metrics)
    with np.errstate(all="ignore"):
        output = model.eval()(X)
        if output.ndim == y.ndim + 1 and output.shape[1] > 1 and y.dtype.kind in "bui":
            as_labels("train_data: y", train_data.y, output.shape[1])
            if validation is not None:
                as_labels("validation: y", validation.y, output.shape[1])
        tally.add(output, y, loss(output, y))
        try:
            tally.result()
        except ValueError as error:
            raise ValueError(f"{error}; where the targets are no classes, pass metrics=()") from error
    if validation is not None and validation.X.shape[1:] != X.shape[1:]:
        raise ValueError(f"validation: expected examples of shape {X.shape[1:]}, got {validation.X.shape[1:]}")


def _learn(model, loss, optimizer, data, metrics, clip, history, bar):
    """Go through the training data once; return the loss and the metrics."""
    tally = _Tally(loss, metrics)
    model.train()
    for count, (X, y) in enumerate(data, start=history.epochs * len(data) + 1):
        generators = _generators(model)
        output = model(X)
        value = loss(output, y)
        if not np.isfinite(value):
            _set_generators(model, generators)  # so that the same units drop again
            raise NotFinite(count, f"the loss is {value}", _culprit(model, loss, "forward", X), history)
        model.zero_grad()
        model.backward(loss.backward())
        if bad := _not_finite(model, "grad"):
            layer = _culprit(model, loss, "backward", loss.backward())
            raise NotFinite(count, f"the gradient of {bad[0]} is {bad[1]}", layer, history)
        if clip is not None:
            clip_grad_norm_(optimizer.params, clip)
        optimizer.step()
        if bad := _not_finite(model, "data"):
            layer = bad[0].rpartition(".")[0]
            layer = _title(layer, dict(model.named_modules())[layer])
            raise NotFinite(count, f"the new value of {bad[0]} is {bad[1]}", layer, history)
        tally.add(output, y, value)
        bar.update()
    return tally.result()


class _Tally:
    """Loss and metrics over several batches."""

    def __init__(self, loss, metrics):
        self.mean = getattr(loss, "reduction", "mean") != "sum"
        self.metrics, self.total, self.outputs, self.targets = metrics, 0.0, [], []

    def add(self, output, target, loss):
        if np.ndim(loss) != 0:
            raise ValueError(f"loss: expected one number, as with reduction='mean', got shape {np.shape(loss)}")
        self.total += float(loss) * (len(target) if self.mean else 1)
        self.outputs.append(output)
        self.targets.append(target)

    def result(self):
        outputs, targets = np.concatenate(self.outputs), np.concatenate(self.targets)
        result = {"loss": self.total / len(targets)}
        for metric in self.metrics:
            value = metric(outputs, targets)
            if np.ndim(value) != 0:
                raise ValueError(f"metrics: {metric.__name__} should return one number, got shape {np.shape(value)}")
            result[metric.__name__] = float(value)
        return result


# ---- where NaN begins ----


def _culprit(model, loss, method, input):
    """Run forward or backward once more, and name the first module that makes what is not finite."""
    with _watched(model, method) as bad:
        if np.isfinite(input).all():
            getattr(model, method)(input)
    return bad[0] if bad else f"the loss ({type(loss).__name__})"


@contextmanager
def _watched(model, method):
    """Collect the names of modules whose outputs or gradients are not finite, in the order in which they finish."""
    bad = []

    def watch(name, module, run):
        def watched(*inputs):
            output = run(*inputs)
            made = [*output] if isinstance(output, tuple) else [] if output is None else [output]
            made += [value.grad for value in vars(module).values() if isinstance(value, Parameter)]
            if not all(np.isfinite(array).all() for array in made):
                bad.append(name)
            return output

        setattr(module, method, watched)

    modules = {id(module): (name, module) for name, module in model.named_modules()}.values()
    for name, module in modules:
        watch(_title(name, module), module, getattr(module, method))
    try:
        yield bad
    finally:
        for _, module in modules:
            delattr(module, method)


def _not_finite(model, kind):
    """Return the name of the last parameter whose gradient (or value) is not finite, and the number; or None."""
    for name, parameter in reversed(list(model.named_parameters())):
        array = getattr(parameter, kind)
        if not np.isfinite(array).all():
            return name, array[~np.isfinite(array)][0]
    return None


def _title(name, module):
    kind = type(module).__name__
    return f"{name} ({kind})" if name else kind


# ---- what a run needs to go on ----


def _named_generators(model):
    for name, module in model.named_modules():
        for attribute, value in vars(module).items():
            if isinstance(value, np.random.Generator):
                yield f"{name}.{attribute}".lstrip("."), value


def _generators(model):
    """Return the states of the generators inside a model (dropout has one), by name."""
    return {name: generator.bit_generator.state for name, generator in _named_generators(model)}


def _set_generators(model, states):
    generators = dict(_named_generators(model))
    if generators.keys() != states.keys():
        raise ValueError(f"state: expected the generators {sorted(generators)}, got {sorted(states)}")
    for name, state in states.items():
        generators[name].bit_generator.state = state


def _snapshot(parts, history, best):
    """Return the whole state of a run."""
    return copy.deepcopy({
        **{name: part.state_dict() for name, part in parts.items()},
        "generators": _generators(parts["model"]),
        "history": dict(history),
        "best": best,
    })  # fmt: skip


def _load(parts, state):
    """Put all parts into a state."""
    for name, part in parts.items():
        part.load_state_dict(state[name])
    _set_generators(parts["model"], state["generators"])


def _restore(state, parts, columns):
    """Put all parts back into a saved state, or leave them as they are; return the history and the best weights."""
    expected = {*parts, "generators", "history", "best"}
    if state.keys() != expected:
        raise ValueError(f"state: expected {sorted(expected)}, got {sorted(state)}")
    if state["history"] and list(state["history"]) != columns:
        raise ValueError(f"state: expected a history of {columns}, got {list(state['history'])}")
    before = _snapshot(parts, History(), None)
    try:
        _load(parts, state)
    except BaseException:
        _load(parts, before)
        raise
    return History(copy.deepcopy(state["history"])), state["best"]


# ---- the bar ----


def _bar(epochs, batches, done, progress):
    """Return a progress bar, alive only where a person looks on: in a terminal or a notebook."""
    person = sys.stderr.isatty() or hasattr(builtins, "__IPYTHON__")
    unwanted = os.environ.get("TQDM_DISABLE", "0") not in ("", "0")  # a notebook's bar would not ask
    options = {"disable": True} if unwanted or not (progress and person) else {}
    return tqdm(total=epochs * batches, initial=done * batches, unit="batch", **options)
