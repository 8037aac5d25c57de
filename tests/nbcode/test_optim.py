"""Optimizers, schedules and clipping against PyTorch, step by step; states that resume; bad input."""

import functools
import io
import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode import optim
from nbcode.module import Module, Parameter
from nbcode.optim import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    LRScheduler,
    Optimizer,
    RMSprop,
    StepLR,
    clip_grad_norm_,
)

SHAPES = [(3, 2), (4,), ()]
DRAWN = settings(max_examples=40, deadline=None, derandomize=True)

lr = st.sampled_from([0.0, 1e-3, 0.1])
decay = st.sampled_from([0, 0.01, 0.3])
eps = st.sampled_from([1e-10, 1e-8, 1e-3])
keep = st.sampled_from([0.0, 0.5, 0.9, 0.99])
moment = st.sampled_from([0, 0.5, 0.9])


def options(**choices):
    """Draw some of the options; the others stay at their defaults."""
    return st.fixed_dictionaries({}, optional=choices)


SGD_OPTIONS = options(lr=lr, momentum=moment, weight_decay=decay) | st.fixed_dictionaries(
    {"momentum": st.sampled_from([0.5, 0.9])}, optional={"lr": lr, "weight_decay": decay, "nesterov": st.booleans()}
)
ADAM_OPTIONS = options(lr=lr, betas=st.tuples(keep, keep), eps=eps, weight_decay=decay)
OPTIMIZERS = {
    SGD: SGD_OPTIONS,
    Adagrad: options(lr=lr, weight_decay=decay, eps=eps),
    RMSprop: options(lr=lr, alpha=keep, eps=eps, weight_decay=decay),
    Adam: ADAM_OPTIONS,
    AdamW: ADAM_OPTIONS,
}
gamma = st.sampled_from([0.1, 0.5, 0.99, 1.0])
epochs = st.integers(1, 20)
SCHEDULES = {
    StepLR: st.fixed_dictionaries({"step_size": epochs}, optional={"gamma": gamma}),
    ExponentialLR: st.fixed_dictionaries({"gamma": gamma}),
    CosineAnnealingLR: st.fixed_dictionaries({"T_max": epochs}, optional={"eta_min": st.sampled_from([1e-3, 0.05])}),
    LinearLR: options(
        start_factor=st.sampled_from([0.01, 0.5, 1.0]), end_factor=st.sampled_from([0.0, 0.5]), total_iters=epochs
    ),
}

one_optimizer = st.sampled_from(list(OPTIMIZERS)).flatmap(lambda kind: st.tuples(st.just(kind), OPTIMIZERS[kind]))
one_schedule = st.sampled_from(list(SCHEDULES)).flatmap(lambda kind: st.tuples(st.just(kind), SCHEDULES[kind]))
each_optimizer = pytest.mark.parametrize("kind", OPTIMIZERS)
each_schedule = pytest.mark.parametrize("kind", SCHEDULES)


def parameters(dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return [Parameter(rng.standard_normal(shape).astype(dtype)) for shape in SHAPES]


@functools.cache
def gradients(step, dtype=np.float64):
    """Gradients of very different sizes, now and then 0."""
    rng = np.random.default_rng(1000 + step)
    scale = 10.0 ** rng.integers(-3, 2)
    return [(rng.standard_normal(shape) * scale * (step % 7 > 0)).astype(dtype) for shape in SHAPES]


def give(params, step):
    for parameter, gradient in zip(params, gradients(step, params[0].data.dtype), strict=True):
        parameter.grad[...] = gradient


def theirs_of(kind, params, chosen):
    tensors = [torch.tensor(parameter.data, requires_grad=True) for parameter in params]
    return tensors, getattr(torch.optim, kind.__name__)(tensors, **chosen)


def compare(kind, chosen, dtype, tol):
    """Take 50 steps here and there, and compare all of them."""
    params = parameters(dtype)
    tensors, theirs = theirs_of(kind, params, chosen)
    ours = kind(params, **chosen)
    path, their_path = [], []
    for step in range(50):
        give(params, step)
        for tensor, parameter in zip(tensors, params, strict=True):
            tensor.grad = torch.from_numpy(parameter.grad)
        ours.step()
        theirs.step()
        path.append(np.concatenate([parameter.data.ravel() for parameter in params]))
        their_path.append(torch.cat([tensor.detach().ravel() for tensor in tensors]).numpy())
    assert path[-1].dtype == dtype
    scale = np.maximum(1, np.abs(their_path).max(axis=1, keepdims=True))
    np.testing.assert_allclose(path / scale, their_path / scale, rtol=0, atol=tol)


@each_optimizer
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_like_torch(kind, data):
    compare(kind, data.draw(OPTIMIZERS[kind]), np.float64, 1e-10)


@each_optimizer
def test_float32_stays_float32(kind):
    compare(kind, {"lr": np.float64(1e-3), "weight_decay": np.float64(0.1)} if kind is SGD else {}, np.float32, 1e-5)
    ours = kind(parameters(np.float32), lr=np.float64(0.1))
    ours.step()
    assert {array.dtype for state in ours.state for array in state.values()} <= {np.dtype(np.float32)}


@each_optimizer
def test_defaults_like_torch(kind):
    ours, theirs = kind(parameters()), theirs_of(kind, parameters(), {})[1]
    assert {name: theirs.defaults[name] for name in ours.options} == {
        name: getattr(ours, name) for name in ours.options
    }


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (SGD, (0.1, 0.9)),
        (Adagrad, (0.1,)),
        (RMSprop, (0.1, 0.2, 0.3, 0.4)),
        (Adam, (0.1, (0.2, 0.3), 0.4, 0.5)),
        (AdamW, (0.1, (0.2, 0.3), 0.4, 0.5)),
    ],
)
def test_order_of_arguments_like_torch(kind, arguments):
    ours = kind(parameters(), *arguments)
    theirs = getattr(torch.optim, kind.__name__)([torch.zeros(1)], *arguments)
    assert {name: theirs.defaults[name] for name in ours.options} == {
        name: getattr(ours, name) for name in ours.options
    }


@each_optimizer
def test_one_step_leaves_gradients_alone_and_moves_in_place(kind):
    params = parameters()
    arrays = [parameter.data for parameter in params]
    give(params, 1)
    kind(params, weight_decay=0.1).step()
    for parameter, array, gradient in zip(params, arrays, gradients(1), strict=True):
        assert parameter.data is array
        np.testing.assert_array_equal(parameter.grad, gradient)


def test_zero_grad():
    params = parameters()
    give(params, 1)
    SGD(params).zero_grad()
    assert all((parameter.grad == 0).all() for parameter in params)


def test_by_hand():
    w = Parameter([10.0])
    optimizer = SGD([w], lr=0.1, momentum=0.5, weight_decay=1)
    w.grad[:] = 2
    optimizer.step()  # g = 12, b = 12
    assert w.data[0] == pytest.approx(8.8)
    optimizer.step()  # g = 10.8, b = 6 + 10.8
    assert w.data[0] == pytest.approx(7.12)


def test_a_generator_and_tied_weights():
    w = Parameter([1.0])
    w.grad[:] = 1
    optimizer = SGD((p for p in (w, w)), lr=0.1)
    optimizer.step()
    assert optimizer.params == [w]
    assert w.data[0] == 0.9


def test_repr():
    assert repr(SGD(parameters(), lr=0.1)) == (
        "SGD(3 parameters, lr=0.1, momentum=0.0, weight_decay=0.0, nesterov=False)"
    )


def test_base_classes_say_what_is_missing():
    with pytest.raises(NotImplementedError, match="^Optimizer has no update"):
        Optimizer(parameters(), lr=0.1).step()
    with pytest.raises(NotImplementedError, match="^LRScheduler has no rate"):
        LRScheduler(SGD(parameters())).step()


# Resuming


def run(optimizer, schedule, steps):
    for step in steps:
        give(optimizer.params, step)
        optimizer.step()
        schedule.step()


@DRAWN
@given(one_optimizer, one_schedule, st.booleans(), st.booleans())
def test_resumes_bit_for_bit(optimizer_of, schedule_of, through_a_file, schedule_first):
    (kind, chosen), (schedule_kind, schedule_chosen) = optimizer_of, schedule_of
    straight = kind(parameters(), **chosen)
    run(straight, schedule_kind(straight, **schedule_chosen), range(30))

    half = kind(parameters(), **chosen)
    half_schedule = schedule_kind(half, **schedule_chosen)
    run(half, half_schedule, range(15))
    weights, states = [p.data.copy() for p in half.params], [half.state_dict(), half_schedule.state_dict()]
    run(half, half_schedule, range(15, 20))  # the copies are copies
    if through_a_file:
        states = [saved(state) for state in states]

    resumed = kind([Parameter(weight) for weight in weights])
    first = {"step_size": 3, "gamma": 0.3, "T_max": 4}
    resumed_schedule = schedule_kind(resumed, **{name: first[name] for name in schedule_chosen if name in first})
    pairs = list(zip((resumed, resumed_schedule), states, strict=True))
    for thing, state in pairs[::-1] if schedule_first else pairs:
        thing.load_state_dict(state)
    assert resumed.lr == states[0]["lr"]
    run(resumed, resumed_schedule, range(15, 30))
    for ours, theirs in zip(resumed.params, straight.params, strict=True):
        np.testing.assert_array_equal(ours.data, theirs.data)
    assert resumed.lr == straight.lr
    assert type(resumed.lr) is float


def saved(state):
    """Write a state to a file without pickle, and read it back."""
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return np.load(file, allow_pickle=False)


def test_a_later_schedule_has_the_loaded_base():
    optimizer = SGD(parameters(), lr=0.5)
    StepLR(optimizer, 2).load_state_dict(StepLR(SGD(parameters(), lr=0.25), 2).state_dict())
    assert ExponentialLR(optimizer, 0.9).base_lr == 0.25


def test_a_loaded_state_is_a_copy():
    ours = Adam(parameters())
    give(ours.params, 1)
    ours.step()
    state = ours.state_dict()
    other = Adam(parameters())
    other.load_state_dict(state)
    other.step()
    assert state["steps"] == 1
    np.testing.assert_array_equal(state["0.m"], ours.state[0]["m"])


def unchanged(thing, state):
    now = thing.state_dict()
    assert now.keys() == state.keys()
    for name, value in state.items():
        np.testing.assert_array_equal(now[name], value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"2.v": None}, r"^state: 2\.v is missing \(1 in all\)"),
        ({"lr": None, "steps": None}, r"^state: lr is missing \(2 in all\)"),
        ({"momentum": 0.9}, r"^state: momentum is unknown here \(1 in all\)"),
        ({"2.v": np.zeros(3)}, r"^state: 2\.v should have shape \(\), got \(3,\)"),
        ({"2.v": "0"}, r"^state: 2\.v: expected numbers, got str"),
        ({"steps": -1}, "^state: steps: expected a whole number at least 0, got -1"),
        ({"steps": 1.5}, "^state: steps: expected a whole number"),
        ({"lr": -1.0}, "^state: lr: expected a number of at least 0, got -1.0"),
        ({"betas": 0.9}, "^state: betas: expected two numbers, got 0.9"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, message):
    ours = Adam(parameters(), lr=0.5)
    give(ours.params, 1)
    ours.step()
    before = ours.state_dict()
    state = Adam(parameters()).state_dict() | change
    with pytest.raises(ValueError, match=message):
        ours.load_state_dict({name: value for name, value in state.items() if value is not None})
    unchanged(ours, before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gamma": None}, "^state: gamma is missing"),
        ({"T_max": 3}, "^state: T_max is unknown here"),
        ({"step_size": 0}, "^state: step_size: expected a whole number at least 1, got 0"),
        ({"last_epoch": -1}, "^state: last_epoch: expected a whole number at least 0"),
        ({"base_lr": -1.0}, "^state: base_lr: expected a number of at least 0"),
        ({"gamma": np.nan}, "^state: gamma: expected a number of at least 0, got nan"),
    ],
)
def test_a_schedule_that_does_not_fit_changes_nothing(change, message):
    ours = StepLR(SGD(parameters(), lr=0.5), 2)
    ours.step()
    before = ours.state_dict()
    state = StepLR(SGD(parameters()), 3).state_dict() | change
    with pytest.raises(ValueError, match=message):
        ours.load_state_dict({name: value for name, value in state.items() if value is not None})
    unchanged(ours, before)


# Schedules


@each_schedule
@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data())
def test_schedules_like_torch(kind, data):
    chosen = data.draw(SCHEDULES[kind])
    if kind is LinearLR and chosen.get("end_factor") == 0:
        chosen["total_iters"] = 50  # PyTorch divides by the last learning rate
    params = parameters()
    ours = SGD(params, lr=0.1)
    schedule = kind(ours, **chosen)
    theirs = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    their_schedule = getattr(torch.optim.lr_scheduler, kind.__name__)(theirs, **chosen)
    for _ in range(50):
        assert schedule.get_last_lr() == [ours.lr]
        assert schedule.get_last_lr() == pytest.approx(their_schedule.get_last_lr(), rel=0, abs=1e-10)
        theirs.step()
        ours.step()
        schedule.step()
        their_schedule.step()


@each_schedule
def test_schedules_have_the_defaults_of_torch(kind):
    needed = {StepLR: {"step_size": 3}, ExponentialLR: {"gamma": 0.5}, CosineAnnealingLR: {"T_max": 5}, LinearLR: {}}
    ours = kind(SGD(parameters()), **needed[kind])
    theirs = getattr(torch.optim.lr_scheduler, kind.__name__)(torch.optim.SGD([torch.zeros(1)]), **needed[kind])
    assert {name: getattr(ours, name) for name in ours.options} == {
        name: getattr(theirs, name) for name in ours.options
    }


@pytest.mark.parametrize("warmup_first", [True, False])
def test_a_warmup_hands_over(warmup_first):
    rates = []
    for library, optimizer in [
        (optim, SGD(parameters(), lr=0.1)),
        (torch.optim.lr_scheduler, torch.optim.SGD([torch.zeros(1)], lr=0.1)),
    ]:
        makers = [lambda o, m=library: m.LinearLR(o), lambda o, m=library: m.CosineAnnealingLR(o, 10)]
        made = [make(optimizer) for make in (makers if warmup_first else makers[::-1])]
        warmup, cosine = made if warmup_first else made[::-1]
        rates.append([])
        for epoch in range(15):
            optimizer.step()
            schedule = warmup if epoch < 5 else cosine
            schedule.step()
            rates[-1] += schedule.get_last_lr()
    assert rates[0] == pytest.approx(rates[1], rel=0, abs=1e-10)


# Clipping


@DRAWN
@given(
    st.sampled_from([0.0, 1e-3, 1.0, 5.0, 1e3, np.inf]), st.integers(0, 20), st.sampled_from([np.float64, np.float32])
)
def test_clip_like_torch(max_norm, step, dtype):
    params = parameters(dtype)
    give(params, step)
    tensors = [torch.tensor(parameter.data, requires_grad=True) for parameter in params]
    for tensor, parameter in zip(tensors, params, strict=True):
        tensor.grad = torch.tensor(parameter.grad)
    norm = clip_grad_norm_(params, max_norm)
    tol = 1e-10 if dtype == np.float64 else 1e-5
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(tensors, max_norm).item(), rel=tol, abs=tol)
    for tensor, parameter in zip(tensors, params, strict=True):
        assert parameter.grad.dtype == dtype
        np.testing.assert_allclose(parameter.grad, tensor.grad.numpy(), rtol=tol, atol=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_clip_with_nan_and_infinity_like_torch(bad):
    w, tensor = Parameter([0.0, 0.0]), torch.zeros(2, dtype=torch.float64)
    w.grad[:] = [bad, 1]
    tensor.grad = torch.tensor(w.grad)
    np.testing.assert_equal(clip_grad_norm_(w, 1), torch.nn.utils.clip_grad_norm_(tensor, 1).item())
    np.testing.assert_array_equal(w.grad, tensor.grad.numpy())


def test_clip_nothing():
    assert clip_grad_norm_([], 1) == 0


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: SGD([]), "^params: expected at least one Parameter, got none"),
        (lambda p: SGD([np.zeros(2)]), r"^params: expected Parameters, .* got ndarray"),
        (lambda p: SGD([*p, None]), r"^params: expected Parameters, .* got NoneType"),
        (lambda p: SGD(Module()), r"^params: expected Parameters, .* got Module"),
        (lambda p: SGD(p, lr=-0.1), "^lr: expected a number of at least 0, got -0.1"),
        (lambda p: SGD(p, lr="0.1"), "^lr: expected numbers, got str"),
        (lambda p: SGD(p, lr=np.nan), "^lr: expected a number of at least 0, got nan"),
        (lambda p: SGD(p, lr=[0.1]), r"^lr: expected a number of at least 0, got \[0.1\]"),
        (lambda p: SGD(p, momentum=-1), "^momentum: expected a number of at least 0, got -1"),
        (lambda p: SGD(p, weight_decay=-1), "^weight_decay: "),
        (lambda p: SGD(p, nesterov=True), "^nesterov: expected momentum above 0 with it, got momentum=0"),
        (lambda p: SGD(p, momentum=0.9, nesterov="no"), "^nesterov: expected True or False, got 'no'"),
        (lambda p: RMSprop(p, alpha=1), "^alpha: expected a number of at least 0 and below 1, got 1"),
        (lambda p: RMSprop(p, eps=-1), "^eps: "),
        (lambda p: Adam(p, betas=(0.9, 1)), r"^betas\[1\]: expected a number of at least 0 and below 1, got 1"),
        (lambda p: Adam(p, betas=(-0.1, 0.9)), r"^betas\[0\]: expected a number of at least 0 and below 1, got -0.1"),
        (lambda p: AdamW(p, betas=(0.9,)), r"^betas: expected two numbers, got \(0.9,\)"),
        (lambda p: StepLR(p, 1), "^optimizer: expected an Optimizer, got list"),
        (lambda p: StepLR(SGD(p), 0), "^step_size: expected a whole number at least 1, got 0"),
        (lambda p: StepLR(SGD(p), 2.5), "^step_size: expected a whole number"),
        (lambda p: ExponentialLR(SGD(p), -1), "^gamma: "),
        (lambda p: CosineAnnealingLR(SGD(p), 0), "^T_max: "),
        (lambda p: CosineAnnealingLR(SGD(p), 5, -1), "^eta_min: "),
        (lambda p: LinearLR(SGD(p), 0), "^start_factor: expected a number above 0 and at most 1, got 0"),
        (lambda p: LinearLR(SGD(p), 0.5, 1.5), "^end_factor: expected a number of at least 0 and at most 1, got 1.5"),
        (lambda p: LinearLR(SGD(p), total_iters=0), "^total_iters: "),
        (lambda p: clip_grad_norm_(p, -1), "^max_norm: expected a number of at least 0, got -1"),
        (lambda p: clip_grad_norm_(p, np.nan), "^max_norm: "),
        (lambda p: clip_grad_norm_(p, "1"), "^max_norm: expected numbers, got str"),
        (lambda p: clip_grad_norm_([1.0], 1), "^parameters: expected Parameters, .* got float"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(parameters())


def test_every_name_is_tested():
    public = {name for name, thing in vars(optim).items() if getattr(thing, "__module__", "") == optim.__name__}
    tested = set(itertools.chain(OPTIMIZERS, SCHEDULES, [Optimizer, LRScheduler, clip_grad_norm_]))
    assert {name for name in public if name[0] != "_"} == {thing.__name__ for thing in tested}
