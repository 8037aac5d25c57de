"""Optimizers: how parameters follow their gradients downhill; and schedules for the learning rate.

Names, order and defaults of the arguments are those of ``torch.optim``. There is one learning rate ``lr`` for all
parameters, no parameter groups. Not here, though PyTorch has them: ``dampening``, ``amsgrad``, ``centered``,
``lr_decay``, ``maximize``, and RMSprop's ``momentum``.
"""

import math
from functools import partial

import numpy as np

from nbcode._common import as_count, as_flag, as_number, load_arrays, same_names
from nbcode.module import Parameter


class Optimizer:
    r"""What all optimizers have in common.

    A subclass hands its options to ``super().__init__`` and says in ``update`` how one parameter moves. If it
    remembers something from step to step, ``start`` returns the arrays, by name, that ``update`` gets.

    Parameters
    ----------
    params : iterable of Parameter
        What is learned, such as ``model.parameters()``. A parameter that comes twice (tied weights) moves once.
    **options : number, bool or pair of numbers
        By their names in PyTorch; each becomes an attribute.

    Attributes
    ----------
    params : list of Parameter
    lr : float
        The learning rate η. A schedule may change it at any time and, where there is none, so may you.
    steps : int
        How often ``step()`` was called: the t of the formulas.
    state : list of dict of array
        What is remembered for each parameter.

    Raises
    ------
    ValueError
        If `params` is empty or holds something else, or an option is out of its range.

    Notes
    -----
    A `Parameter` always has a gradient. Where PyTorch leaves out a parameter whose ``grad`` is None, it is 0
    here, so momentum and weight decay go on.

    Examples
    --------
    A new optimizer is a few lines. This one looks at nothing but the sign of the gradient:

    >>> import numpy as np
    >>> class SignSGD(Optimizer):
    ...     def __init__(self, params, lr=1e-3):
    ...         super().__init__(params, lr=lr)
    ...
    ...     def update(self, w, g):
    ...         w -= self.lr * np.sign(g)
    >>> w = Parameter([1.0, 2.0])
    >>> w.grad[:] = [0.3, -40]
    >>> SignSGD([w], lr=0.5).step()
    >>> w.data
    array([0.5, 2.5])
    """

    weight_decay = 0

    def __init__(self, params, **options):
        self.params = _parameters("params", params)
        if not self.params:
            raise ValueError("params: expected at least one Parameter, got none")
        self.options = list(options)
        vars(self).update(_checked(options))
        self.steps = 0
        self.state = [self.start(parameter.data) for parameter in self.params]

    def start(self, w):
        """Return what is remembered for the parameter `w`, as it is before the first step."""
        return {}

    def decay(self, w, g):
        """Return the gradient with that of the L2 penalty ½λ‖w‖² added."""
        return g + self.weight_decay * w if self.weight_decay else g

    def update(self, w, g, **state):
        """Move the parameter `w` in place, along its gradient `g`."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def step(self):
        """Move every parameter once."""
        self.steps += 1
        for parameter, state in zip(self.params, self.state, strict=True):
            w, g = parameter.data, parameter.grad
            self.update(w, self.decay(w, g), **state)

    def zero_grad(self):
        """Make the gradients of all parameters 0."""
        for parameter in self.params:
            parameter.zero_grad()

    def state_dict(self):
        """Return the options, the number of steps, and copies of what is remembered (``0.m`` for parameter 0).

        They are plain values and arrays, so that ``np.savez(file, **optimizer.state_dict())`` holds them.
        """
        plain = {name: getattr(self, name) for name in [*self.options, "steps"]}
        return plain | {name: array.copy() for name, array in self._remembered().items()}

    def load_state_dict(self, state):
        """Take over options, steps and what is remembered; all of it or, if something does not fit, nothing.

        Parameters
        ----------
        state : mapping of str to plain values and arrays
            What ``state_dict`` of the same kind of optimizer returned, for parameters of the same shapes.

        Raises
        ------
        ValueError
            If a name is missing or unknown, a shape differs, or an option is out of its range.
        """
        options = {name: state[name] for name in self.options if name in state}
        twin = type(self)(self.params, **_checked(options, "state: "))
        same_names(state, twin.state_dict())
        twin.steps = as_count("state: steps", state["steps"], least=0)
        load_arrays(twin._remembered(), state)
        vars(self).update(vars(twin))

    def _remembered(self):
        """Return the arrays in ``state`` by their full names, such as ``0.m`` for parameter 0."""
        return {f"{i}.{name}": array for i, state in enumerate(self.state) for name, array in state.items()}

    def __repr__(self):
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.options)
        return f"{type(self).__name__}({len(self.params)} parameters, {options})"


class SGD(Optimizer):
    r"""Stochastic gradient descent, with momentum if wanted.

    .. math:: g &\leftarrow g + \lambda w \\
              b_t &= \mu\, b_{t-1} + g \\
              w &\leftarrow w - \eta\, b_t
              \qquad\text{or, Nesterov's,}\qquad w \leftarrow w - \eta\,(g + \mu\, b_t)

    Parameters
    ----------
    params : iterable of Parameter
        What is learned.
    lr : float
        The learning rate η.
    momentum : float
        How much of the last move is kept, μ.
    weight_decay : float
        The strength of the L2 penalty, λ.
    nesterov : bool
        Look ahead by one more momentum.

    Raises
    ------
    ValueError
        See `Optimizer`; also if `nesterov` comes without momentum.

    References
    ----------
    B. T. Polyak (1964), "Some methods of speeding up the convergence of iteration methods", *USSR Computational
    Mathematics and Mathematical Physics* 4 (5), 1–17.

    I. Sutskever, J. Martens, G. Dahl and G. Hinton (2013), "On the importance of initialization and momentum in
    deep learning", *ICML*.

    Examples
    --------
    >>> w = Parameter([1.0])
    >>> optimizer = SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(3):
    ...     w.grad[:] = 1
    ...     optimizer.step()
    ...     print(w.data.round(3))
    [0.9]
    [0.71]
    [0.439]
    """

    def __init__(self, params, lr=1e-3, momentum=0, *, weight_decay=0, nesterov=False):
        super().__init__(params, lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError(f"nesterov: expected momentum above 0 with it, got momentum={momentum}")

    def start(self, w):
        """Return the momentum b, if there is momentum."""
        return {"b": np.zeros_like(w)} if self.momentum else {}

    def update(self, w, g, b=None):
        """Move `w` in place."""
        if self.momentum:
            b *= self.momentum
            b += g
            g = g + self.momentum * b if self.nesterov else b
        w -= self.lr * g


class Adagrad(Optimizer):
    r"""A learning rate for each weight, smaller where the gradients so far were large.

    .. math:: g &\leftarrow g + \lambda w \\
              s_t &= s_{t-1} + g^2 \\
              w &\leftarrow w - \eta\, \frac{g}{\sqrt{s_t} + \epsilon}

    Parameters
    ----------
    params : iterable of Parameter
        What is learned.
    lr : float
        The learning rate η.
    weight_decay : float
        The strength of the L2 penalty, λ.
    eps : float
        Keeps the denominator from 0, ε.

    Raises
    ------
    ValueError
        See `Optimizer`.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization", *Journal of Machine Learning Research* 12, 2121–2159.

    Examples
    --------
    The first step is as long as the learning rate, however large the gradient is:

    >>> w = Parameter([1.0, 1.0])
    >>> w.grad[:] = [100, 0.01]
    >>> Adagrad([w], lr=0.5).step()
    >>> w.data.round(6)
    array([0.5, 0.5])
    """

    def __init__(self, params, lr=1e-2, *, weight_decay=0, eps=1e-10):
        super().__init__(params, lr=lr, weight_decay=weight_decay, eps=eps)

    def start(self, w):
        """Return the sum of squares s."""
        return {"s": np.zeros_like(w)}

    def update(self, w, g, s):
        """Move `w` in place."""
        s += g * g
        w -= self.lr * g / (np.sqrt(s) + self.eps)


class RMSprop(Optimizer):
    r"""Adagrad that forgets: a running mean of the squared gradients in place of their sum.

    .. math:: g &\leftarrow g + \lambda w \\
              s_t &= \alpha\, s_{t-1} + (1 - \alpha)\, g^2 \\
              w &\leftarrow w - \eta\, \frac{g}{\sqrt{s_t} + \epsilon}

    Parameters
    ----------
    params : iterable of Parameter
        What is learned.
    lr : float
        The learning rate η.
    alpha : float
        How much the running mean keeps at each step, α, at least 0 and below 1.
    eps : float
        Keeps the denominator from 0, ε.
    weight_decay : float
        The strength of the L2 penalty, λ.

    Raises
    ------
    ValueError
        See `Optimizer`.

    References
    ----------
    T. Tieleman and G. Hinton (2012), "Lecture 6.5: rmsprop", *Coursera: Neural Networks for Machine Learning*.

    Examples
    --------
    >>> w = Parameter([1.0, 1.0])
    >>> w.grad[:] = [100, 0.01]
    >>> RMSprop([w], lr=0.05).step()
    >>> w.data.round(3)
    array([0.5, 0.5])
    """

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0):
        super().__init__(params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay)

    def start(self, w):
        """Return the running mean s of the squares."""
        return {"s": np.zeros_like(w)}

    def update(self, w, g, s):
        """Move `w` in place."""
        s *= self.alpha
        s += (1 - self.alpha) * g * g
        w -= self.lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and RMSprop in one, both freed from their start at 0.

    .. math:: g &\leftarrow g + \lambda w \\
              m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g, &\qquad
              v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g^2 \\
              \hat m &= m_t / (1 - \beta_1^t), &\qquad \hat v &= v_t / (1 - \beta_2^t) \\
              w &\leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}

    Parameters
    ----------
    params : iterable of Parameter
        What is learned.
    lr : float
        The learning rate η.
    betas : pair of float
        How much the two running means keep at each step, β₁ and β₂, at least 0 and below 1.
    eps : float
        Keeps the denominator from 0, ε.
    weight_decay : float
        The strength of the L2 penalty, λ.

    Raises
    ------
    ValueError
        See `Optimizer`.

    References
    ----------
    D. P. Kingma and J. Ba (2015), "Adam: a method for stochastic optimization", *ICLR*, arXiv:1412.6980.

    Examples
    --------
    >>> w = Parameter([1.0, 1.0])
    >>> w.grad[:] = [100, 0.01]
    >>> Adam([w], lr=0.5).step()
    >>> w.data.round(6)
    array([0.5, 0.5])
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def start(self, w):
        """Return the running means m and v of the gradient and of its square."""
        return {"m": np.zeros_like(w), "v": np.zeros_like(w)}

    def update(self, w, g, m, v):
        """Move `w` in place."""
        (beta1, beta2), t = self.betas, self.steps
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        w -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    r"""Adam whose weight decay shrinks the weights themselves, apart from the gradient.

    .. math:: w \leftarrow w - \eta \lambda w, \qquad\text{then}\qquad
              w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}

    with :math:`\hat m` and :math:`\hat v` as in `Adam`, of the gradient alone. The arguments are those of `Adam`,
    but `weight_decay` is 0.01 unless given.

    References
    ----------
    I. Loshchilov and F. Hutter (2019), "Decoupled weight decay regularization", *ICLR*, arXiv:1711.05101.

    Examples
    --------
    Without a gradient the weights shrink by the factor 1 − ηλ:

    >>> w = Parameter([1.0, -2.0])
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w.data
    array([ 0.95, -1.9 ])
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def decay(self, w, g):
        """Shrink `w` in place; the gradient stays as it is."""
        w *= 1 - self.lr * self.weight_decay
        return g


class LRScheduler:
    r"""What all schedules have in common: they set ``optimizer.lr``.

    A subclass hands its options to ``super().__init__`` and says in ``rate`` what the learning rate is at epoch t,
    as a formula in t. PyTorch multiplies the last learning rate instead; the numbers are the same as long as one
    schedule at a time is at work. Call ``step()`` once an epoch, after the optimizer's steps.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate is set. Its ``lr`` when it gets its first schedule is the base :math:`\eta_0`, for
        later ones too, so that a warm-up can hand over to another schedule.
    **options : number
        By their names in PyTorch; each becomes an attribute.

    Attributes
    ----------
    base_lr : float
        The base :math:`\eta_0`.
    last_epoch : int
        How often ``step()`` was called: the t of the formulas.

    Raises
    ------
    ValueError
        If `optimizer` is not an Optimizer, or an option is out of its range.

    Examples
    --------
    >>> import math
    >>> class InverseRoot(LRScheduler):
    ...     def rate(self, t):
    ...         return self.base_lr / math.sqrt(1 + t)
    >>> optimizer = SGD([Parameter([0.0])], lr=1.0)
    >>> schedule = InverseRoot(optimizer)
    >>> for _ in range(3):
    ...     schedule.step()
    >>> optimizer.lr
    0.5
    """

    def __init__(self, optimizer, **options):
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"optimizer: expected an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.options = list(options)
        vars(self).update(_checked(options))
        self.base_lr = vars(optimizer).setdefault("initial_lr", optimizer.lr)
        self.last_epoch = 0

    def rate(self, t):
        """Return the learning rate at epoch t."""
        raise NotImplementedError(f"{type(self).__name__} has no rate")

    def step(self):
        """Go to the next epoch: set the learning rate of the optimizer."""
        self.last_epoch += 1
        self.optimizer.lr = self.rate(self.last_epoch)

    def get_last_lr(self):
        """Return the learning rate of now, in a list as PyTorch does."""
        return [self.optimizer.lr]

    def state_dict(self):
        """Return the options, the base and the epoch, all plain numbers; the rate of now is in the optimizer's."""
        return {name: getattr(self, name) for name in [*self.options, "base_lr", "last_epoch"]}

    def load_state_dict(self, state):
        """Take over all that ``state_dict`` returned or, if something does not fit, nothing.

        Make the optimizer and its schedule first, then load both; the learning rate comes with the optimizer's state.

        Raises
        ------
        ValueError
            If a name is missing or unknown, or a number is out of its range.
        """
        same_names(state, self.state_dict())
        vars(self).update(_checked(state, "state: "))
        self.optimizer.initial_lr = self.base_lr


class StepLR(LRScheduler):
    r"""Every `step_size` epochs, times `gamma`.

    .. math:: \eta_t = \eta_0\, \gamma^{\lfloor t / \text{step size} \rfloor}

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate is set.
    step_size : int
        So many epochs it stays the same.
    gamma : float
        The factor γ.

    Raises
    ------
    ValueError
        See `LRScheduler`.

    Examples
    --------
    >>> schedule = StepLR(SGD([Parameter([0.0])], lr=1.0), step_size=10)
    >>> [schedule.rate(t) for t in (0, 9, 10, 20)]
    [1.0, 1.0, 0.1, 0.010000000000000002]
    """

    def __init__(self, optimizer, step_size, gamma=0.1):
        super().__init__(optimizer, step_size=step_size, gamma=gamma)

    def rate(self, t):
        """Return the learning rate at epoch t."""
        return self.base_lr * self.gamma ** (t // self.step_size)


class ExponentialLR(LRScheduler):
    r"""Every epoch, times `gamma`.

    .. math:: \eta_t = \eta_0\, \gamma^t

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate is set.
    gamma : float
        The factor γ.

    Raises
    ------
    ValueError
        See `LRScheduler`.

    Examples
    --------
    >>> schedule = ExponentialLR(SGD([Parameter([0.0])], lr=1.0), gamma=0.5)
    >>> [schedule.rate(t) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer, gamma):
        super().__init__(optimizer, gamma=gamma)

    def rate(self, t):
        """Return the learning rate at epoch t."""
        return self.base_lr * self.gamma**t


class CosineAnnealingLR(LRScheduler):
    r"""Down half a wave of the cosine in `T_max` epochs, and up again in the next `T_max`.

    .. math:: \eta_t = \eta_{\min} + \tfrac12\, (\eta_0 - \eta_{\min})\, (1 + \cos(\pi t / T_{\max}))

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate is set.
    T_max : int
        When the lowest point comes.
    eta_min : float
        The lowest learning rate, :math:`\eta_{\min}`.

    Raises
    ------
    ValueError
        See `LRScheduler`.

    References
    ----------
    I. Loshchilov and F. Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", *ICLR*,
    arXiv:1608.03983.

    Examples
    --------
    >>> schedule = CosineAnnealingLR(SGD([Parameter([0.0])], lr=1.0), T_max=4)
    >>> [round(schedule.rate(t), 3) for t in range(5)]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer, T_max, eta_min=0.0):
        super().__init__(optimizer, T_max=T_max, eta_min=eta_min)

    def rate(self, t):
        """Return the learning rate at epoch t."""
        return self.eta_min + (self.base_lr - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2


class LinearLR(LRScheduler):
    r"""From one factor to another in a straight line: a warm-up, with PyTorch's defaults.

    .. math:: \eta_t = \eta_0\, \Bigl(f_0 + (f_1 - f_0)\, \frac{\min(t, T)}{T}\Bigr)

    It sets the learning rate as soon as it is made.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate is set.
    start_factor : float
        The factor :math:`f_0` at the start, above 0 and at most 1.
    end_factor : float
        The factor :math:`f_1` at the end, from 0 to 1.
    total_iters : int
        How many epochs it takes, T.

    Raises
    ------
    ValueError
        See `LRScheduler`.

    References
    ----------
    P. Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677.

    Examples
    --------
    >>> optimizer = SGD([Parameter([0.0])], lr=1.0)
    >>> warmup = LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> optimizer.lr
    0.25
    >>> warmup.step()
    >>> optimizer.lr
    0.5
    >>> [warmup.rate(t) for t in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        super().__init__(optimizer, start_factor=start_factor, end_factor=end_factor, total_iters=total_iters)
        optimizer.lr = self.rate(0)

    def rate(self, t):
        """Return the learning rate at epoch t."""
        done = min(t, self.total_iters) / self.total_iters
        return self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * done)


def clip_grad_norm_(parameters, max_norm):
    r"""Shorten the gradients, if all of them together are longer than `max_norm`.

    .. math:: n = \sqrt{\textstyle\sum_p \lVert g_p \rVert^2}, \qquad
              g_p \leftarrow g_p \cdot \min\Bigl(1, \frac{\text{max norm}}{n + 10^{-6}}\Bigr)

    The same as ``torch.nn.utils.clip_grad_norm_``. Their direction stays. If one gradient is NaN, all become NaN.

    Parameters
    ----------
    parameters : iterable of Parameter, or one Parameter
        Whose gradients are clipped, together.
    max_norm : float
        The largest length allowed; infinity only measures.

    Returns
    -------
    float
        The length n before.

    Raises
    ------
    ValueError
        If `parameters` holds something else, or `max_norm` is negative or NaN.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio (2013), "On the difficulty of training recurrent neural networks", *ICML*.

    Examples
    --------
    >>> w = Parameter([0.0, 0.0])
    >>> w.grad[:] = [3, 4]
    >>> clip_grad_norm_([w], max_norm=1)
    5.0
    >>> w.grad.round(4)
    array([0.6, 0.8])
    """
    parameters = _parameters("parameters", parameters)
    longest = math.inf if max_norm == math.inf else _at_least_0("max_norm", max_norm)
    with np.errstate(over="ignore", invalid="ignore"):  # infinite gradients become NaN, as in PyTorch
        norm = float(np.sqrt(sum(np.sum(parameter.grad**2) for parameter in parameters)))
        shrink = float(np.minimum(1, longest / (norm + 1e-6)))
        for parameter in parameters:
            parameter.grad = parameter.grad * shrink
    return norm


def _parameters(name, params):
    """Return `params` as a list in which every Parameter stands once, and refuse anything else."""
    params = list(params) if np.iterable(params) else [params]
    if strangers := [type(parameter).__name__ for parameter in params if not isinstance(parameter, Parameter)]:
        raise ValueError(f"{name}: expected Parameters, such as model.parameters(), got {strangers[0]}")
    return list(dict.fromkeys(params))


def _fractions(name, value):
    if np.shape(value) != (2,):
        raise ValueError(f"{name}: expected two numbers, got {value!r}")
    return tuple(_fraction(f"{name}[{i}]", number) for i, number in enumerate(value))


_at_least_0 = partial(as_number, least=0)
_fraction = partial(as_number, least=0, below=1)

_RANGES = {"alpha": _fraction, "betas": _fractions, "nesterov": as_flag, "last_epoch": partial(as_count, least=0)}
_RANGES |= {"start_factor": partial(as_number, above=0, most=1), "end_factor": partial(as_number, least=0, most=1)}
_RANGES |= dict.fromkeys(("step_size", "T_max", "total_iters"), as_count)


def _checked(options, prefix=""):
    """Return options, or a schedule's state, as plain values in their ranges; what has none above is at least 0."""
    return {name: _RANGES.get(name, _at_least_0)(prefix + name, value) for name, value in options.items()}
