"""Our functions and classes take what PyTorch's take: the same names, in the same order, with the same defaults."""

import inspect

import pytest
import torch

from nbcode import activations, init, layers, losses, optim

nn, F = torch.nn, torch.nn.functional
THEIRS = {
    activations: (nn, F),
    init: (nn.init,),
    layers: (nn, F),
    losses: (nn,),
    optim: (torch.optim, torch.optim.lr_scheduler, nn.utils),
}
# The base classes have constructors of their own, and PyTorch guesses an axis where we take the last one.
ELSE = {"Optimizer", "LRScheduler", "Softmax", "LogSoftmax", "softmax", "log_softmax"}


def by_place(function):
    """Return names and defaults of what can be given by place, None where there is no signature (it is in C)."""
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    return {p.name: p.default for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)}


def pairs():
    """Give our functions and classes, each with PyTorch's."""
    for module, places in THEIRS.items():
        for name, ours in vars(module).items():
            theirs = next((getattr(place, name) for place in places if hasattr(place, name)), None)
            public = getattr(ours, "__module__", "") == module.__name__ and name[0] != "_"
            if public and theirs and name not in ELSE and by_place(theirs):
                yield pytest.param(ours, theirs, id=f"{module.__name__}.{name}")


PAIRS = list(pairs())


def test_most_have_a_counterpart():
    assert len(PAIRS) > 45


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_names_order_and_defaults(ours, theirs):
    ours, theirs = by_place(ours), by_place(theirs)
    ours = {"input" if name == "z" else name: default for name, default in ours.items()}
    assert [*ours.items()] == [(name, default) for name, default in theirs.items() if name in ours]
