"""Parameters and modules: names, states, switches; and PyTorch's own states."""

import numpy as np
import pytest
import torch

from nbcode.layers import BatchNorm2d, Conv2d, Dropout, Flatten, LayerNorm, Linear, MaxPool2d, Sequential
from nbcode.module import Module, Parameter
from nbcode.optim import clip_grad_norm_

nn = torch.nn


def ours(rng=0, dtype=np.float64):
    rng = np.random.default_rng(rng)
    return Sequential(
        Conv2d(2, 4, 3, padding=1, rng=rng, dtype=dtype),
        BatchNorm2d(4, dtype=dtype),
        MaxPool2d(2),
        Sequential(Flatten(), Dropout(0.5, rng=rng), Linear(4 * 3 * 3, 5, rng=rng, dtype=dtype)),
        LayerNorm(5, dtype=dtype),
    )


def theirs():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.MaxPool2d(2),
        nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(4 * 3 * 3, 5)),
        nn.LayerNorm(5),
    ).double()


def numbers(state):
    return {name: value.numpy() for name, value in state.items()}


@pytest.mark.parametrize("convert", [numbers, dict])
def test_state_of_torch(convert):
    net, peer = ours(), theirs()
    x = torch.randn(6, 2, 6, 6, dtype=torch.float64)
    for _ in range(3):
        peer(x + 1)  # moves the running statistics
    state = peer.state_dict()
    assert list(net.state_dict()) == list(state)
    net.load_state_dict(convert(state))
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, state[name].numpy())
    assert net[1].num_batches_tracked == 3
    np.testing.assert_allclose(net.eval()(x.numpy()), peer.eval()(x).detach().numpy(), rtol=0, atol=1e-12)


def test_our_state_in_torch():
    net, peer = ours(), theirs()
    x = np.random.default_rng(0).standard_normal((6, 2, 6, 6))
    net(x)
    peer.load_state_dict({name: torch.from_numpy(value) for name, value in net.state_dict().items()})
    np.testing.assert_allclose(net.eval()(x), peer.eval()(torch.from_numpy(x)).detach().numpy(), rtol=0, atol=1e-12)


def test_names_and_parameters():
    net, peer = ours(), theirs()
    assert [name for name, _ in net.named_parameters()] == [name for name, _ in peer.named_parameters()]
    assert [p.shape for p in net.parameters()] == [tuple(p.shape) for p in peer.parameters()]


def test_state_is_a_copy_and_loading_is_in_place():
    net = ours()
    state = net.state_dict()
    parameters, arrays = net.parameters(), [p.data for p in net.parameters()]
    state["0.weight"][:] = 7
    assert not np.any(net[0].weight.data == 7)
    net.load_state_dict(state)
    assert np.all(net[0].weight.data == 7)
    state["0.weight"][:] = 8
    assert np.all(net[0].weight.data == 7)
    for p, before, array in zip(net.parameters(), parameters, arrays, strict=True):
        assert p is before and p.data is array


def test_loading_keeps_the_dtype():
    net = ours(dtype=np.float32)
    net.load_state_dict(ours(rng=1).state_dict())
    assert {value.dtype for value in net.state_dict().values()} == {np.dtype(np.float32), np.dtype(int)}


def broken(change):
    state = {name: value + 1 for name, value in ours().state_dict().items()}
    change(state)
    return state


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("4.bias"), r"^state: 4.bias is missing \(1 in all\)"),
        (lambda s: s.update(x=1, a=2), r"^state: a is unknown here \(2 in all\)"),
        (lambda s: s.update({"4.bias": np.zeros(4)}), r"^state: 4.bias should have shape \(5,\), got \(4,\)"),
        (lambda s: s.update({"4.bias": np.zeros((1, 5))}), r"^state: 4.bias should have shape \(5,\), got"),
        (lambda s: s.update({"4.bias": ["a"] * 5}), "^state: 4.bias: expected numbers, got list"),
        (lambda s: s.update({"1.running_var": 0}), r"^state: 1.running_var should have shape \(4,\), got"),
    ],
)
def test_all_or_nothing(change, message):
    net = ours()
    before = net.state_dict()
    with pytest.raises(ValueError, match=message):
        net.load_state_dict(broken(change))
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_train_and_eval():
    net = ours()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train() is net
    assert all(module.training for module in net.modules())
    assert sum(1 for _ in net.modules()) == 9


def test_zero_grad_and_adding_up():
    net = ours().eval()
    x = np.random.default_rng(0).standard_normal((2, 2, 6, 6))
    assert not any(p.grad.any() for p in net.parameters())
    g = np.random.default_rng(1).standard_normal(net(x).shape)
    net.backward(g)
    once = [p.grad.copy() for p in net.parameters()]
    net(x)
    net.backward(g)
    for p, one in zip(net.parameters(), once, strict=True):
        assert one.any()
        np.testing.assert_array_equal(p.grad, 2 * one)
    net.zero_grad()
    assert not any(p.grad.any() for p in net.parameters())


class Blocks(Module):
    def __init__(self):
        self.scale = Parameter([1, 2])
        self.blocks = [Linear(2, 2, rng=0), Linear(2, 2, rng=1)]
        self.tied = self.blocks[0]


class TheirBlocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(2))
        self.blocks = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
        self.tied = self.blocks[0]


def test_lists_and_shared_parameters_like_torch():
    assert list(Blocks().state_dict()) == list(TheirBlocks().state_dict())
    assert len(Blocks().parameters()) == len(list(TheirBlocks().parameters())) == 5


def test_parameter():
    array = np.ones((2, 3), np.float32)
    p = Parameter(array)
    assert p.data is not array and p.data.dtype == p.grad.dtype == np.float32 and p.shape == p.grad.shape
    assert Parameter([1, 2]).data.dtype == np.float64
    p.grad += 1
    p.zero_grad()
    assert not p.grad.any()
    with pytest.raises(ValueError, match="^data: expected numbers, got str"):
        Parameter("ab")


def test_gradients_add_up():
    p, g = Parameter(np.zeros(2, np.float32)), np.array([1.0, 2.0])
    p.accumulate(g)
    p.accumulate(g)
    p.grad += 1
    p.grad[0] += 1
    assert p.grad.tolist() == [4.0, 5.0] and p.grad.dtype == np.float32
    p.grad = g
    assert p.grad.tolist() == [1.0, 2.0] and p.grad.dtype == np.float32
    p.zero_grad()
    assert p.grad.tolist() == [0.0, 0.0]


def test_the_gradient_of_one_number_is_an_array_too():
    p = Parameter(1.0)
    for _ in range(2):
        p.accumulate(np.float64(2))
    p.grad[...] += 1
    assert p.grad == 5


@pytest.mark.parametrize(
    ("grad", "message"),
    [
        ([1.0], r"^grad: expected shape \(2,\), that of the data, got \(1,\)"),
        (0.0, r"^grad: expected shape \(2,\)"),
        (None, "^grad: expected numbers, got NoneType"),
    ],
)
def test_a_gradient_that_does_not_fit_changes_nothing(grad, message):
    p = Parameter([1.0, 2.0])
    p.grad = [3.0, 4.0]
    with pytest.raises(ValueError, match=message):
        p.grad = grad
    with pytest.raises(ValueError, match=message):
        p.accumulate(grad)
    assert p.grad.tolist() == [3.0, 4.0]


def test_two_parameters_may_be_given_the_same_gradient():
    a, b, g = Parameter([0.0]), Parameter([0.0]), np.array([4.0])
    a.accumulate(g)
    b.accumulate(g)
    clip_grad_norm_([a], 1)
    a.accumulate(g)
    assert (a.grad, b.grad, g) == (pytest.approx([5]), [4], [4])


def test_contract():
    module = Module()
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        module(1)
    with pytest.raises(NotImplementedError, match="Module has no backward"):
        module.backward(1)
    with pytest.raises(RuntimeError, match="^Module: backward needs a forward before it"):
        module.cache  # noqa: B018


def test_repr():
    net = Sequential(Linear(2, 3), Sequential(Dropout(0.1)), LayerNorm(3)).eval()
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3)\n"
        "  (1): Sequential(\n"
        "    (0): Dropout(p=0.1)\n"
        "  )\n"
        "  (2): LayerNorm(normalized_shape=(3,), eps=1e-05)\n"
        ")"
    )
    net(np.zeros((1, 2)))
    assert "cache" not in repr(net)
    assert repr(Linear(2, 3, bias=False)) == "Linear(in_features=2, out_features=3, bias=None)"
