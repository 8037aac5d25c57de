"""Time of nbcode against PyTorch's, and of its scalar engine against micrograd's.

Each side has one thread and does the same work on the same numbers, in PyTorch's default settings; before a clock
runs, both have to compute the same. They are timed by turns, so that whatever else the machine does slows both: a
turn repeats the work for about 10 ms. The ratio is that of the medians. Beside it stand the quartiles of the ratios
of neighbouring turns.

As PyTorch computes no gradient of the data, neither does our first layer: ``needs_input_grad`` is False there.

What was there before a benchmark is hidden from Python's garbage collector, which would look through it on either
side's time. micrograd's nodes hold on to each other in circles, ours do not, so the engines are timed both with the
collector, as Python runs by default, and without.
"""

import gc
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from statistics import median, quantiles
from time import process_time
from typing import NamedTuple

import numpy as np
import torch
from micrograd.engine import Value as TheirValue
from micrograd.nn import MLP
from threadpoolctl import threadpool_limits

from nbcode import layers, optim
from nbcode.activations import ReLU
from nbcode.autograd import Value
from nbcode.losses import CrossEntropyLoss

title = "nbcode's time as a part of PyTorch's, and of micrograd's"

TURNS = 51  # of each side
TURN = 0.01  # seconds
BATCH, CLASSES = 64, 10


class Side(NamedTuple):
    """One side of a benchmark: work to repeat, and what there is to compare once it is done."""

    work: Callable
    numbers: Callable


class Case(NamedTuple):
    """A benchmark: `make` returns both sides, and `target` is the largest ratio we are content with."""

    what: str
    make: Callable
    target: float | None = None
    collector: bool = True


def run():
    with one_thread():
        return [row(case) for case in CASES]


def row(case):
    """Time two sides by turns, once it is certain that they do the same."""
    ours, theirs = case.make()
    check_agreement(ours, theirs)
    with garbage(case.collector):
        repeats = max(1, round(TURN / seconds(ours.work, 3)))
        turns = [(seconds(ours.work, repeats), seconds(theirs.work, repeats)) for _ in range(TURNS)]
    ratio = median(a for a, _ in turns) / median(b for _, b in turns)
    low, _, high = quantiles((a / b for a, b in turns), n=4)
    verdict = f"at most {case.target}: {'met' if ratio <= case.target else 'missed'}" if case.target else ""
    return {"": case.what, "ours / theirs": f"{ratio:.2f}", "quartiles": f"{low:.2f} to {high:.2f}", "target": verdict}


def seconds(work, repeats):
    """Return the processor time of doing the work once; the garbage of earlier work is not counted."""
    gc.collect()
    start = process_time()
    for _ in range(repeats):
        work()
    return (process_time() - start) / repeats


def check_agreement(ours, theirs, repeats=3, tol=1e-4):
    """Do the work on both sides, and refuse when they differ by more than `tol` of an array's largest entry."""
    for _ in range(repeats):
        ours.work()
        theirs.work()
    for a, b in zip(ours.numbers(), theirs.numbers(), strict=True):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or not np.abs(a - b).max() <= tol * np.abs(b).max():
            raise AssertionError(f"The two sides do not compute the same: {a.shape} {a}, {b.shape} {b}")


@contextmanager
def one_thread():
    """Keep NumPy and PyTorch to one thread each."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def garbage(collector):
    """Let Python's garbage collector see only what is made from here on, or nothing at all."""
    gc.collect()
    gc.freeze()
    if not collector:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


# ---- training steps --------------------------------------------------------------------------------


def mlp():
    """Return 784-128-10, ours and PyTorch's."""
    f = np.float32
    ours = layers.Sequential(
        layers.Linear(784, 128, dtype=f, rng=0),
        ReLU(),
        layers.Linear(128, CLASSES, dtype=f, rng=1),
    )
    theirs = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, CLASSES))
    return alike(ours, theirs)


def cnn():
    """Return two convolutions, 1→8→16, each with ReLU and pooling, and a linear layer, ours and PyTorch's."""
    f = np.float32
    ours = layers.Sequential(
        layers.Conv2d(1, 8, 3, padding=1, dtype=f, rng=0),
        ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(8, 16, 3, padding=1, dtype=f, rng=1),
        ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(16 * 7 * 7, CLASSES, dtype=f, rng=2),
    )
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(16 * 7 * 7, CLASSES),
    )
    return alike(ours, theirs)


def alike(ours, theirs):
    """Give PyTorch's network the weights of ours."""
    ours[0].needs_input_grad = False
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    return ours, theirs


def training(networks, shape):
    """Return a training step of both sides: forward, cross-entropy, backward, plain gradient descent."""
    ours, theirs = networks()
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(BATCH, *shape)).astype(np.float32), rng.integers(CLASSES, size=BATCH)
    our_loss, our_sgd = CrossEntropyLoss(), optim.SGD(ours.parameters(), lr=0.01)
    their_loss, their_sgd = torch.nn.CrossEntropyLoss(), torch.optim.SGD(theirs.parameters(), lr=0.01)
    their_x, their_t = torch.from_numpy(x), torch.from_numpy(t)

    def our_step():
        our_sgd.zero_grad()
        our_loss(ours(x), t)
        ours.backward(our_loss.backward())
        our_sgd.step()

    def their_step():
        their_sgd.zero_grad()
        their_loss(theirs(their_x), their_t).backward()
        their_sgd.step()

    return Side(our_step, partial(state, ours)), Side(their_step, partial(state, theirs))


def state(network):
    """Return the parameters of either side's network, and their gradients."""
    parameters = list(network.parameters())
    return [np.asarray(p.data) for p in parameters] + [np.asarray(p.grad) for p in parameters]


def bare():
    """Return the MLP's training step in nothing but NumPy, without a check or a layer, and PyTorch's.

    It is what our step would take if the package cost nothing, so no ratio of ours can be below this one.
    """
    _, theirs = training(mlp, (784,))
    W1, b1, W2, b2 = arrays = [p.data for p in mlp()[0].parameters()]
    grads = [np.zeros_like(array) for array in arrays]
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(BATCH, 784)).astype(np.float32), rng.integers(CLASSES, size=BATCH)
    true = np.arange(BATCH), t

    def step():
        z = x @ W1.T + b1
        a = np.maximum(z, 0)
        scores = a @ W2.T + b2
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        -np.log(p[true]).mean()
        p[true] -= 1
        p /= BATCH
        delta = (p @ W2) * (z > 0)
        grads[:] = (x.T @ delta).T, delta.sum(axis=0), (a.T @ p).T, p.sum(axis=0)
        for array, grad in zip(arrays, grads, strict=True):
            array -= 0.01 * grad

    return Side(step, lambda: arrays + grads), theirs


# ---- parts of a step -------------------------------------------------------------------------------


def adam():
    """Return one step of Adam on the parameters of `mlp`, with gradients that stay the same."""
    ours, theirs = mlp()
    rng = np.random.default_rng(0)
    for our, their in zip(ours.parameters(), theirs.parameters(), strict=True):
        our.grad[...] = rng.normal(size=our.shape)
        their.grad = torch.from_numpy(our.grad.copy())
    our_adam, their_adam = optim.Adam(ours.parameters()), torch.optim.Adam(theirs.parameters())
    return Side(our_adam.step, partial(state, ours)), Side(their_adam.step, partial(state, theirs))


def cross_entropy(n, classes):
    """Return softmax cross-entropy, its value and the gradient of the scores."""
    rng = np.random.default_rng(0)
    z, t = rng.normal(size=(n, classes)).astype(np.float32), rng.integers(classes, size=n)
    their_z, their_t = torch.from_numpy(z).requires_grad_(), torch.from_numpy(t)
    our_loss, their_loss = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()

    def ours():
        return our_loss(z, t), our_loss.backward()

    def theirs():
        loss = their_loss(their_z, their_t)
        return loss.detach(), *torch.autograd.grad(loss, their_z)

    return Side(ours, ours), Side(theirs, theirs)


# ---- the scalar engine -----------------------------------------------------------------------------


def engine():
    """Return forward and backward of micrograd's 2-16-16-1 network, on our engine and on its own."""
    return network_on(Value), network_on(TheirValue)


def network_on(value):
    rng = np.random.default_rng(0)
    network = MLP(2, [16, 16, 1])
    for layer in network.layers:
        for neuron in layer.neurons:
            neuron.w = [value(w) for w in rng.uniform(-1, 1, len(neuron.w)).tolist()]
            neuron.b = value(0.0)
    X, y = rng.normal(size=(50, 2)).tolist(), rng.choice([-1.0, 1.0], 50).tolist()

    def work():
        network.zero_grad()
        losses = [(1 + -t * network(x)).relu() for x, t in zip(X, y, strict=True)]
        loss = sum(losses) * (1 / len(losses))
        loss.backward()
        return loss.data

    return Side(work, lambda: [work(), [p.grad for p in network.parameters()]])


ENGINE = "scalar engine, MLP 2-16-16-1, 50 examples, forward and backward"
CASES = [
    Case("MLP 784-128-10, training step, batch 64", partial(training, mlp, (784,)), 0.7),
    Case("the same in bare NumPy", bare),
    Case("CNN 1→8→16, training step, batch 64", partial(training, cnn, (1, 28, 28)), 3.0),
    Case("Adam, step on the MLP's parameters", adam),
    Case("softmax cross-entropy and gradient, 64 × 10", partial(cross_entropy, 64, 10)),
    Case("softmax cross-entropy and gradient, 1,024 × 1,000", partial(cross_entropy, 1024, 1000)),
    Case(ENGINE, engine, 0.6),
    Case(f"{ENGINE}, no garbage collector", engine, 0.6, collector=False),
]
