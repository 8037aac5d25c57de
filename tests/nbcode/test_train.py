"""Training: Rosenblatt's rule, and `fit` against PyTorch, interrupted, resumed, and gone wrong."""

import copy
import dataclasses
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn import metrics
from tqdm import tqdm

from nbcode import train
from nbcode.activations import LogSoftmax, ReLU, step
from nbcode.data import GATES, blobs, moons, truth_table
from nbcode.layers import BatchNorm1d, Dropout, Linear, Sequential, linear
from nbcode.losses import BCELoss, CrossEntropyLoss, KLDivLoss, MSELoss
from nbcode.module import Module
from nbcode.optim import SGD, Adam, StepLR
from nbcode.saving import load, save
from nbcode.train import DataLoader, History, NotFinite, accuracy, confusion_matrix, evaluate, fit, perceptron


def test_and_by_hand():
    run = perceptron(truth_table(2), GATES["AND"], epochs=2)
    assert [(i, w.tolist(), b) for i, w, b in run.steps] == [
        (0, [0, 0], -1),
        (3, [1, 1], 0),  # the first epoch: a false alarm at the tie, then a miss
        (0, [1, 1], -1),
        (1, [1, 0], -2),
        (3, [2, 1], -1),
    ]
    assert run.mistakes == [2, 3]
    assert not run.converged


@pytest.mark.parametrize("lr", [1.0, 0.25])
@pytest.mark.parametrize("gate", ["AND", "OR", "NAND", "NOR"])
def test_gates_converge(gate, lr):
    run = perceptron(truth_table(2), GATES[gate], lr=lr)
    assert run.converged
    assert run.mistakes[-1] == 0
    assert all(run.mistakes[:-1])
    assert sum(run.mistakes) == len(run.steps)
    assert tuple(step(linear(truth_table(2), run.weight, run.bias))) == GATES[gate]
    np.testing.assert_array_equal(run.weight, run.steps[-1].weight)
    assert run.bias == run.steps[-1].bias


@pytest.mark.parametrize("gate", ["XOR", "XNOR"])
def test_xor_never_converges(gate):
    run = perceptron(truth_table(2), GATES[gate], epochs=50)
    assert not run.converged
    assert len(run.mistakes) == 50
    assert min(run.mistakes) > 0


def test_like_a_loop_in_torch():
    X, y = blobs(centers=((0.25, 0.6), (0.7, 0.8)), spread=0.17)
    run = perceptron(X, y, lr=0.5)
    w, b = torch.zeros(2, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    one, trail = torch.ones((), dtype=torch.float64), []
    for _ in run.mistakes:
        for i, (x, t) in enumerate(zip(torch.tensor(X), torch.tensor(y), strict=True)):
            error = t - torch.heaviside(torch.nn.functional.linear(x, w, b), one)
            if error != 0:
                w, b = w + 0.5 * error * x, b + 0.5 * error
                trail.append((i, *w.tolist(), b.item()))
    ours = [(i, *w, b) for i, w, b in run.steps]
    assert len(trail) > 20
    np.testing.assert_allclose(ours, trail, rtol=0, atol=1e-12)


def test_steps_keep_their_own_weights():
    run = perceptron(truth_table(2), GATES["AND"])
    assert len({tuple(step.weight) for step in run.steps}) > 2


def test_run_is_frozen_and_short():
    run = perceptron(truth_table(2), GATES["OR"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.bias = 0
    assert "steps" not in repr(run)


def test_float32_stays():
    assert perceptron(truth_table(2).astype(np.float32), GATES["OR"]).weight.dtype == np.float32


def test_examples_are_left_alone():
    X, y = blobs()
    before = X.copy()
    perceptron(X, y)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [0, 1]), r"^X: expected shape \(N, in\).* got \(2,\)"),
        ((np.ones((0, 2)), []), r"^X: .* at least one example, got \(0, 2\)"),
        (([[1, 2]], [0, 1]), r"^y: expected shape \(1,\), .* got \(2,\)"),
        (([[1, 2]], [2]), "^y: expected only 0 and 1, got 2"),
        (([[1, 2]], [-1]), "^y: expected only 0 and 1, got -1"),
        (([[1, np.nan]], [1]), "^X: expected finite numbers, got nan"),
        (([[1, np.inf]], [1]), "^X: expected finite numbers, got inf"),
        (([[1, 2]], [np.nan]), "^y: expected finite numbers, got nan"),
        (([[1, 2]], [1], 0), "^epochs: expected a whole number at least 1, got 0"),
        (([[1, 2]], [1], 1.5), "^epochs: expected a whole number at least 1, got 1.5"),
        (([[1, 2]], [1], 1, 0), "^lr: expected a number above 0, got 0"),
        (([[1, 2]], [1], 1, -0.1), "^lr: expected a number above 0, got -0.1"),
        (([[1, 2]], [1], 1, np.nan), "^lr: expected a number above 0, got nan"),
        (("ab", [1]), "^X: expected numbers, got str"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        perceptron(*arguments)


# ---- metrics ----


def test_metrics_like_sklearn():
    rng = np.random.default_rng(0)
    logits, labels = rng.standard_normal((50, 4)), rng.integers(0, 4, 50)
    answers = logits.argmax(axis=1)
    assert accuracy(logits, labels) == metrics.accuracy_score(labels, answers)
    ours, theirs = confusion_matrix(logits, labels), metrics.confusion_matrix(labels, answers)
    np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(ours, ours.T), "an asymmetric one, or the axes would not be tested"


def test_one_output_fires_at_zero():
    for shape in ((3,), (3, 1)):
        logits = np.reshape([-0.1, 0.0, 2.0], shape)
        assert accuracy(logits, [0, 1, 0]) == pytest.approx(2 / 3)
        assert confusion_matrix(logits, np.reshape([0, 1, 0], shape)).tolist() == [[1, 1], [0, 1]]


def test_accuracy_of_sequences():
    logits = np.zeros((2, 3, 4))
    logits[:, 1] = 1
    assert accuracy(logits, [[1, 1, 1, 1], [0, 0, 0, 1]]) == 5 / 8


def test_accuracy_of_one_hot_targets():
    logits, labels = np.random.default_rng(0).normal(size=(50, 3)), np.arange(50) % 3
    assert accuracy(logits, np.eye(3)[labels]) == accuracy(logits, labels)
    assert accuracy(logits[..., None], np.eye(3)[labels][..., None]) == accuracy(logits, labels)


@pytest.mark.parametrize("metric", [accuracy, confusion_matrix])
@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.ones((2, 2)), [[0, 1], [1, 1]], "^labels: expected probabilities that sum to 1, got a sum of 2"),
        (np.ones((3, 2)), [0, 1], r"^labels: expected one label .* \(3, 2\), got shape \(2,\)"),
        (np.ones((3, 2)), 1, r"^labels: expected one label .* got shape \(\)"),
        (np.ones((2, 1)), [[0, 1], [1, 0]], "^labels: expected one label"),
        (np.ones((2, 2)), [0, 2], "^labels: expected classes from 0 to 1, got 2"),
        (np.ones((2, 2)), [0, -1], "^labels: expected classes from 0 to 1, got -1"),
        (np.ones((2, 2)), [0, 0.5], "^labels: expected classes from 0 to 1, got 0.5"),
        (np.ones(2), [0, np.nan], "^labels: expected classes from 0 to 1, got nan"),
        (np.ones((0, 2)), [], "^labels: expected at least one"),
    ],
)
def test_metrics_bad_input(metric, logits, labels, message):
    with pytest.raises(ValueError, match=message):
        metric(logits, labels)


# ---- batches ----


@pytest.mark.parametrize(
    ("size", "drop", "sizes"),
    [
        (1, False, [1] * 7),
        (3, False, [3, 3, 1]),
        (3, True, [3, 3]),
        (7, True, [7]),
        (9, False, [7]),
    ],
)
def test_batches(size, drop, sizes):
    loader = DataLoader(np.arange(7), np.arange(7), size, drop_last=drop)
    assert len(loader) == len(sizes)
    assert [len(X) for X, _ in loader] == sizes
    assert np.concatenate([X for X, _ in loader]).tolist() == list(range(sum(sizes)))


def test_shuffled_batches_hold_every_example_once_and_with_its_label():
    loader = DataLoader(np.arange(50.0)[:, None], np.arange(50), 8, shuffle=True, rng=1)
    first, second = ([np.concatenate(part) for part in zip(*loader, strict=True)] for _ in range(2))
    assert sorted(first[1]) == list(range(50))
    assert not np.array_equal(first[1], second[1])
    np.testing.assert_array_equal(first[0][:, 0], first[1])
    again = DataLoader(np.arange(50), np.arange(50), 50, shuffle=True, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(next(iter(again))[1], first[1])


def test_the_state_of_a_loader():
    loader = DataLoader(np.arange(20), np.arange(20), 20, shuffle=True, rng=1)
    next(iter(loader))
    state = loader.state_dict()
    expected = next(iter(loader))[0]
    other = DataLoader(np.arange(20), np.arange(20), 20, shuffle=True, rng=5)
    other.load_state_dict(state)
    np.testing.assert_array_equal(next(iter(other))[0], expected)


def test_augmented_batches_draw_from_the_loader():
    def noisy(X, rng):
        return X + rng.random(X.shape)

    loader = DataLoader(np.zeros((4, 1)), np.zeros(4), 2, rng=3, augment=noisy)
    seen = np.concatenate([X for X, _ in loader])
    np.testing.assert_array_equal(seen, np.random.default_rng(3).random((4, 1)))
    assert not loader.X.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1]), "^y: expected one for each of the 2 examples in X, got 1"),
        (([[1, np.nan]], [1]), r"^X: expected finite numbers, got nan at \(0, 1\)"),
        (([1], [np.inf]), "^y: expected finite numbers, got inf"),
        (([], []), r"^X: expected shape \(N, \.\.\.\) with at least one example, got \(0,\)"),
        ((3, 4), r"^X: expected shape .* got \(\)"),
        ((["a"], [1]), "^X: expected numbers, got list of dtype <U1"),
        (([1], [1], 0), "^batch_size: expected a whole number at least 1, got 0"),
        (([1], [1], 2, False, True), "^batch_size: 2 with drop_last leaves no batch of 1 examples"),
    ],
)
def test_loader_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        DataLoader(*arguments)


# ---- history ----


def test_history_is_a_table():
    history = History()
    for i in range(14):
        history.append(loss=1 / (i + 1), val_loss=(i - 9) ** 2, lr=0.1)
    lines = repr(history).splitlines()
    assert lines[0].split() == ["epoch", "loss", "val_loss", "lr"]
    assert lines[2].split() == ["2", "0.5", "64", "0.1"]
    assert len(lines) == 12
    assert "…" in lines[6]
    assert len({len(line) for line in lines}) == 1
    assert history.epochs == 14
    assert history.best == 10
    assert History().epochs == History().best == 0


# ---- fit ----

X, Y = moons(60, rng=3)


def network(p=0.3, **options):
    return Sequential(Linear(2, 8, rng=1, **options), ReLU(), Dropout(p, rng=2), Linear(8, 2, rng=3, **options))


class Run:
    """A model and all that belongs to it, made the same way every time."""

    def __init__(self, model=None, optimizer=None, seed=4, **loader):
        self.model = model or network()
        self.optimizer = (optimizer or (lambda p: SGD(p, lr=0.3, momentum=0.9)))(self.model.parameters())
        self.schedule = StepLR(self.optimizer, 2, gamma=0.5)
        self.data = DataLoader(X, Y, **{"batch_size": 16, "shuffle": True, "rng": seed} | loader)

    def fit(self, epochs, loss=None, **options):
        options = {"schedule": self.schedule, "progress": False} | options
        return fit(self.model, loss or CrossEntropyLoss(), self.optimizer, self.data, epochs, **options)


def test_fit_like_a_loop_in_torch():
    run = Run(network(p=0))
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Dropout(0), torch.nn.Linear(8, 2))
    theirs.double().load_state_dict({name: torch.tensor(array) for name, array in run.model.state_dict().items()})
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.3, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    loss, losses, right, rates = torch.nn.CrossEntropyLoss(), [], [], []
    batches = DataLoader(X, Y, batch_size=16, shuffle=True, rng=4)
    for _ in range(5):
        rates.append(optimizer.param_groups[0]["lr"])
        total, hits = 0.0, 0
        for x, y in batches:
            optimizer.zero_grad()
            output = theirs(torch.tensor(x))
            value = loss(output, torch.tensor(y))
            value.backward()
            torch.nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)
            optimizer.step()
            total, hits = total + value.item() * len(x), hits + (output.argmax(1).numpy() == y).sum()
        schedule.step()
        losses.append(total / len(X))
        right.append(hits / len(X))
    history = run.fit(5, clip=0.5, validation=(X[:7], Y[:7]))
    assert list(history) == ["loss", "val_loss", "accuracy", "val_accuracy", "lr"]
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-10)
    assert history["accuracy"] == right
    assert history["lr"] == rates == [0.3, 0.3, 0.15, 0.15, 0.075]
    for name, array in theirs.state_dict().items():
        np.testing.assert_allclose(run.model.state_dict()[name], array, rtol=0, atol=1e-10)
    value = loss(theirs(torch.tensor(X[:7])), torch.tensor(Y[:7])).item()
    assert history["val_loss"][-1] == pytest.approx(value, rel=1e-10)
    assert history.stopped == ""


def test_it_learns_and_ends_in_evaluation_mode():
    run = Run(optimizer=lambda p: Adam(p, lr=0.02))
    history = run.fit(30)
    assert history["loss"][-1] < 0.7 * history["loss"][0]
    assert not any(module.training for module in run.model.modules())
    assert evaluate(run.model, CrossEntropyLoss(), moons(500, rng=9))["accuracy"] > 0.8


def test_fit_keeps_float32():
    run = Run(network(dtype=np.float32))
    run.data.X = run.data.X.astype(np.float32)
    run.fit(1)
    assert {array.dtype for array in run.model.state_dict().values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_evaluate_is_the_mean_over_examples_whatever_the_batches(reduction):
    model = network()
    whole = evaluate(model, CrossEntropyLoss(), (X, Y))
    parts = evaluate(model, CrossEntropyLoss(reduction=reduction), DataLoader(X, Y, 7, drop_last=True))
    assert parts == pytest.approx(whole)
    assert evaluate(model, CrossEntropyLoss(), (X, Y), metrics=()) == {"loss": whole["loss"]}


@pytest.mark.parametrize("batch_size", [60, 7, 1])
def test_the_divergence_of_an_example_whatever_the_batches(batch_size):
    P = np.random.default_rng(0).dirichlet(np.ones(2), len(X))
    model, loss = Sequential(Linear(2, 2, rng=0), LogSoftmax()), KLDivLoss("batchmean")
    measured = evaluate(model, loss, DataLoader(X, P, batch_size), metrics=())
    assert measured == {"loss": pytest.approx(loss(model(X), P))}


def test_regression_says_how_to_do_without_accuracy():
    with pytest.raises(ValueError, match=r"^labels: expected classes .*; where the targets are no classes, pass m"):
        fit(Linear(2, 1), MSELoss(), SGD(Linear(2, 1).parameters()), DataLoader(X, X[:, :1]), 1)


def test_regression_without_metrics():
    model = Linear(2, 1, rng=0)
    data = DataLoader(X, X @ [[1.0], [-2.0]] + 3, batch_size=10)
    history = fit(model, MSELoss(), SGD(model.parameters(), lr=0.1), data, 60, metrics=(), progress=False)
    assert list(history) == ["loss", "lr"]
    np.testing.assert_allclose(model.weight.data, [[1, -2]], atol=1e-3)


# ---- resumed ----


def bits(run, history):
    return {
        "model": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict(),
        "loader": run.data.state_dict(),
        "history": dict(history),
        "dropout": run.model[2].rng.bit_generator.state if isinstance(run.model, Sequential) else None,
    }


@pytest.mark.parametrize("optimizer", [lambda p: SGD(p, lr=0.3, momentum=0.9), lambda p: Adam(p, lr=0.01)])
@pytest.mark.parametrize("generator", [np.random.PCG64, np.random.MT19937])
def test_a_resumed_run_ends_in_the_same_bits(tmp_path, optimizer, generator):
    def make(seed):
        run = Run(optimizer=optimizer, rng=np.random.Generator(generator(seed)))
        run.model[2].rng = np.random.Generator(generator(seed + 1))
        run.model.layers.insert(1, BatchNorm1d(8))
        run.model.layers.insert(2, run.model.layers.pop(3))  # dropout stays at 2
        return Run(run.model, optimizer, rng=run.data.rng)

    options = {"validation": (X[:9], Y[:9]), "patience": 50}
    straight = make(1)
    expected = straight.fit(6, **options)
    first = make(1)
    save(tmp_path / "run.npz", **first.fit(3, **options).state)
    second = make(77)  # other seeds: all must come from the file
    history = second.fit(6, state=load(tmp_path / "run.npz"), **options)
    np.testing.assert_equal(bits(second, history), bits(straight, expected))
    np.testing.assert_equal(history.state, expected.state)
    assert history.epochs == 6


def test_a_state_is_not_changed_by_the_run_that_goes_on():
    run = Run()
    state = run.fit(2).state
    before = copy.deepcopy(state)
    run.fit(4, state=state)
    np.testing.assert_equal(state, before)


def test_a_state_of_another_run_is_refused():
    state = Run().fit(1).state
    with pytest.raises(ValueError, match="^state: expected .*, got .*'schedule'"):
        Run().fit(2, schedule=None, state=state)
    with pytest.raises(ValueError, match="^state: expected a history of .*'val_loss'"):
        Run().fit(2, validation=(X, Y), state=state)
    with pytest.raises(ValueError, match="^state: expected the generators"):
        Run(Sequential(Linear(2, 8), ReLU(), ReLU(), Linear(8, 2))).fit(2, state=state)


@pytest.mark.parametrize("part", ["optimizer", "schedule", "generators"])
def test_a_state_of_which_one_part_does_not_fit_changes_nothing(part):
    state = Run().fit(1).state | {part: {"nonsense": 1}}
    run = Run()
    before = bits(run, History())
    with pytest.raises(ValueError, match="^state: "):
        run.fit(2, state=state)
    np.testing.assert_equal(bits(run, History()), before)


# ---- interrupted ----


class Signal(Module):
    """Pass everything on; send Ctrl-C at one call."""

    def __init__(self, call):
        self.call = call

    def forward(self, input):
        self.call -= self.training
        if self.call == 0:
            signal.raise_signal(signal.SIGINT)
        return input

    def backward(self, grad_output):
        return grad_output


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C raise KeyboardInterrupt; a shell has what it starts in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_keeps_the_history_and_a_state_to_go_on_from():
    def make(call):
        model = network()
        model.layers.append(Signal(call))
        return Run(model)

    straight = make(-1)
    expected = straight.fit(5)
    run = make(10)
    history = run.fit(5)
    assert history.epochs == 2
    assert history["loss"] == expected["loss"][:2]
    assert history.stopped == "interrupted in epoch 3"
    assert repr(history).endswith("\ninterrupted in epoch 3")
    assert not run.model.training
    resumed = make(-1)
    np.testing.assert_equal(bits(resumed, resumed.fit(5, state=history.state)), bits(straight, expected))


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_in_the_first_epoch():
    model = network()
    model.layers.append(Signal(1))
    history = Run(model).fit(5)
    assert history == {}
    assert history.state["history"] == {}


# ---- early stopping ----


def test_patience_brings_back_the_best_weights():
    validation = (X[:12], 1 - Y[:12])  # false labels, so that learning makes it worse
    run = Run(network(p=0))
    history = run.fit(50, validation=validation, patience=3)
    best = int(np.argmin(history["val_loss"])) + 1
    assert history.best == best
    assert history.epochs == best + 3 < 50
    assert history.stopped == f"stopped early, with the weights of epoch {best}"
    measured = evaluate(run.model, CrossEntropyLoss(), validation)
    assert measured["loss"] == history["val_loss"][best - 1]
    last = {name: array for name, array in history.state["model"].items()}
    assert any(not np.array_equal(last[name], array) for name, array in run.model.state_dict().items())
    more = Run(network(p=0)).fit(50, validation=validation, patience=5, state=history.state)
    assert more.epochs == best + 5


# ---- NaN and infinity ----


class Poison(Module):
    """Pass everything on, but at one call put a number in, on the way forward or backward."""

    def __init__(self, call, forward=0.0, backward=0.0, p=0.0):
        self.call, self.add, self.add_back, self.calls = call, forward, backward, 0
        self.rng = np.random.default_rng(0)

    def forward(self, input):
        self.calls += self.training
        return input + self.add if self.calls >= self.call else input

    def backward(self, grad_output):
        return grad_output + self.add_back if self.calls >= self.call else grad_output


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_names_step_and_layer(bad):
    model = network()
    model.layers.insert(2, Sequential(ReLU(), Poison(7, forward=bad)))
    message = r"^step 7 \(epoch 2\): the loss is nan; it began in 2\.1 \(Poison\)$"
    with pytest.raises(NotFinite, match=message) as stopped:
        Run(model).fit(5)
    error = stopped.value
    assert isinstance(error, FloatingPointError)
    assert (error.step, error.layer, error.history.epochs) == (7, "2.1 (Poison)", 1)
    assert np.isfinite(error.history.state["model"]["0.weight"]).all()
    assert "forward" not in vars(model[2])


class Rare(Poison):
    """Overflow once in ten calls, by chance."""

    def forward(self, input):
        return input + np.inf if self.training and self.rng.random() < 0.1 else input


def test_the_second_look_meets_the_same_chance():
    model = network()
    model.layers.append(Rare(0))
    with pytest.raises(NotFinite, match=r"the loss is nan; it began in 4 \(Rare\)$"):
        Run(model).fit(50)


def test_a_gradient_that_is_not_finite_names_the_layer_where_it_began():
    model = network()
    model.layers.insert(3, Poison(3, backward=np.nan))
    with pytest.raises(NotFinite, match=r"^step 3 \(epoch 1\): the gradient of 0\.bias is nan; .* 3 \(Poison\)$"):
        Run(model).fit(5)
    assert "backward" not in vars(model[3])


def test_a_gradient_that_overflows_within_a_layer():
    model = Sequential(Linear(1, 1, rng=0), ReLU(), Linear(1, 1, rng=1))
    for parameter in model.parameters():
        parameter.data[...] = 1e-200
    model[0].weight.data[...] = 1e200
    data = DataLoader([[1e100]], [[-1e9]], batch_size=1)
    with pytest.raises(NotFinite, match=r"the gradient of 2\.weight is inf; it began in 2 \(Linear\)$"):
        fit(model, MSELoss(), SGD(model.parameters()), data, 1, metrics=(), progress=False)


def test_a_loss_whose_gradient_is_not_finite():
    class Steep(MSELoss):
        def backward(self, grad_output=1.0):
            return np.inf * super().backward(grad_output)

    model = Linear(2, 1, rng=0)
    with pytest.raises(NotFinite, match=r"the gradient of bias is -?inf; it began in the loss \(Steep\)$"):
        data = DataLoader(X, X[:, :1] + 100, batch_size=60)
        fit(model, Steep(), SGD(model.parameters(), lr=0.1), data, 1, metrics=(), progress=False)


def test_what_the_optimizer_does_not_hold_is_cleared_too():
    def grad(epochs):
        model, data = Linear(2, 2, rng=0), DataLoader(X, Y, batch_size=60)
        fit(model, CrossEntropyLoss(), SGD([model.bias], lr=0), data, epochs, progress=False)
        return model.weight.grad

    np.testing.assert_array_equal(grad(3), grad(1))


def test_weights_that_overflow():
    model = Linear(2, 1, rng=0)
    with pytest.raises(NotFinite, match=r"^step 1 .*: the new value of bias is -?inf; it began in Linear$"):
        data = DataLoader(X, X[:, :1] + 100, batch_size=60)
        fit(model, MSELoss(), SGD(model.parameters(), lr=1e308), data, 1, metrics=(), progress=False)


def test_a_loss_that_overflows_by_itself():
    model = Linear(2, 1, rng=0)
    with pytest.raises(NotFinite, match=r"^step 1 .*: the loss is inf; it began in the loss \(MSELoss\)$"):
        data = DataLoader(X, X[:, :1] + 1e200, batch_size=60)
        fit(model, MSELoss(), SGD(model.parameters(), lr=0.1), data, 1, metrics=(), progress=False)


def test_a_validation_loss_that_is_not_finite():
    model = network()
    model.layers.append(Poison(4, forward=0))
    model[4].forward = lambda input: input if model[4].training else input + model[0].weight.grad.any() * np.inf
    with pytest.raises(NotFinite, match=r"^step 4 \(epoch 1\): the validation loss is nan; it began in 4 \(Poison\)"):
        Run(model).fit(2, validation=(X, Y))


# ---- the bar ----


def test_the_bar_is_for_people_only(monkeypatch):
    bars = []

    def bar(**options):
        made = tqdm(**options)
        bars.append((made, not made.disable))  # closing it sets disable
        return made

    def shown(epochs, progress):
        Run().fit(epochs, progress=progress)
        return bars[-1][1]

    monkeypatch.setattr(train, "tqdm", bar)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert not shown(1, True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert not shown(1, False)
    # Tests run with TQDM_DISABLE. A notebook's bar does not ask for it, so `fit` does.
    monkeypatch.setattr(train, "tqdm", lambda **options: bar(**{"disable": False} | options))
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert not shown(2, True)
    monkeypatch.delenv("TQDM_DISABLE")
    assert shown(2, True)
    assert (bars[-1][0].n, bars[-1][0].total) == (8, 8)


def test_tqdm_disable_turns_the_bar_off():
    code = """
import sys
from nbcode.layers import Linear
from nbcode.losses import CrossEntropyLoss
from nbcode.optim import SGD
from nbcode.train import DataLoader, fit
sys.stderr.isatty = lambda: True
model = Linear(1, 2)
fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader([[1.0]], [0]), 1)"""
    plain = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
    for env, expected in ((plain | {"TQDM_DISABLE": "1"}, False), (plain, True)):
        result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert ("1/1" in result.stderr) == expected


# ---- the door ----


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "^epochs: expected a whole number at least 1, got 0"),
        ({"patience": 2}, "^patience: expected validation data to go with it, got None"),
        ({"patience": 0, "validation": (X, Y)}, "^patience: expected a whole number at least 1, got 0"),
        ({"clip": -1}, "^clip: expected a number above 0, got -1"),
        ({"validation": (X[:, :1], Y)}, r"^validation: expected examples of shape \(2,\), got \(1,\)"),
        ({"validation": (X, Y + 1)}, "^validation: y: expected classes from 0 to 1, got 2"),
        ({"validation": (X * np.nan, Y)}, "^X: expected finite numbers, got nan"),
        ({"metrics": (confusion_matrix,)}, r"^metrics: confusion_matrix should return one number, got shape \(2, 2\)"),
        ({"metrics": accuracy}, "^metrics: expected a sequence of functions, got <function accuracy"),
        ({"loss": CrossEntropyLoss(reduction="none")}, "^loss: expected one number"),
        ({"loss": "mse"}, "^loss: expected Module, got str"),
        ({"loss": BCELoss()}, "^metrics: accuracy reads logits, BCELoss probabilities"),
    ],
)
def test_fit_bad_input(options, message):
    with pytest.raises(ValueError, match=message):
        Run().fit(**{"epochs": 1} | options)


def test_bad_labels_are_refused_before_anything_is_learned():
    run = Run()
    run.data = DataLoader(X, np.r_[Y[:-1], 2], batch_size=16)
    before = run.model.state_dict()
    with pytest.raises(ValueError, match="^train_data: y: expected classes from 0 to 1, got 2"):
        run.fit(1)
    np.testing.assert_equal(run.model.state_dict(), before)
    with pytest.raises(ValueError, match="^train_data: expected DataLoader, got tuple"):
        fit(run.model, CrossEntropyLoss(), run.optimizer, (X, Y), 1)
