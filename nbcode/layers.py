"""Layers: many neurons side by side.

Names, order and defaults of the arguments are those of ``torch.nn``. Not here, though PyTorch has them: padding by
name or with anything but zeros, ``ceil_mode`` and uncounted padding in pooling, ``track_running_stats``,
``end_dim``, and images without a batch.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nbcode import init
from nbcode._common import as_count, as_float, as_float_dtype, as_gradient, as_number, as_pair
from nbcode.module import Module, Parameter


def linear(input, weight, bias=None):
    r"""Weighted sums of one neuron, or of a whole layer of them.

    .. math:: z = x W^\top + b

    The same as ``torch.nn.functional.linear``. A weight of shape (in,) is one neuron.

    Parameters
    ----------
    input : array_like, shape (..., in)
        One example, or any number of them.
    weight : array_like, shape (in,) or (out, in)
        One row for each neuron.
    bias : array_like, shape () or (out,), optional
        One number for each neuron, not one for each connection. Left out, it is 0.

    Returns
    -------
    array, shape (...) or (..., out)
        The weighted sums z.

    Raises
    ------
    ValueError
        If an argument does not hold numbers, or the shapes do not fit.

    References
    ----------
    F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in
    the brain", *Psychological Review* 65, 386–408.

    Examples
    --------
    One neuron, with weights 6, 2, 2 and bias −5, looks at two inputs:

    >>> linear([[1, 0, 0], [0, 1, 1]], [6, 2, 2], -5)
    array([ 1., -1.])
    """
    input, weight, bias = _fitting(input, weight, bias)
    return input @ weight.T + bias


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    r"""Slide small windows over images, and take the weighted sum of what each of them sees.

    .. math:: z_{n,o,y,x} = b_o + \sum_{c,i,j} w_{o,c,i,j}\; x_{n,\,c,\;s y + d i - p,\;s x + d j - p}

    with stride s, padding p (zeros around the image) and dilation d (the step between two of the window's
    pixels). Mathematicians call it a cross-correlation: nothing is flipped. The same as
    ``torch.nn.functional.conv2d``. The size of the output is

    .. math:: H' = \left\lfloor \frac{H + 2p - d\,(k_h - 1) - 1}{s} \right\rfloor + 1

    and the same for W'.

    Parameters
    ----------
    input : array_like, shape (N, C, H, W)
        N images of C channels.
    weight : array_like, shape (out, C/groups, kh, kw)
        One kernel for each output channel.
    bias : array_like, shape (out,), optional
        One number for each output channel. Left out, it is 0.
    stride, padding, dilation : int or pair of int
        As above; one number holds for both directions.
    groups : int
        Input and output channels are split into so many groups, and each output looks at its own group only.

    Returns
    -------
    array, shape (N, out, H', W')
        The weighted sums z.

    Raises
    ------
    ValueError
        If an argument does not hold numbers, the shapes do not fit, or an option is out of range.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    V. Dumoulin and F. Visin (2016), "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.

    Examples
    --------
    Where does a row of pixels get brighter?

    >>> conv2d([[[[0, 0, 5, 5, 5]]]], [[[[-1, 1]]]])
    array([[[[0., 5., 0., 0.]]]])
    """
    input, weight, bias = _fitting_images(input, weight, bias, groups)
    windows = _windows(input, *_grid(weight.shape[2:], stride, padding, dilation))
    output = _rows(weight, groups) @ _columns(windows, groups)
    return output.reshape(len(input), len(weight), *windows.shape[4:]) + bias[:, None, None]


class Linear(Module):
    r"""A fully connected layer: every output looks at every input.

    Forward see `linear`; backward, with g the gradient of the output,

    .. math:: \frac{\partial L}{\partial W} = g^\top x, \qquad \frac{\partial L}{\partial b} = \sum_n g_n, \qquad
              \frac{\partial L}{\partial x} = g\,W

    The same as ``torch.nn.Linear``, also in the numbers it starts from: U(−1/√in, 1/√in).

    Parameters
    ----------
    in_features, out_features : int
        How many numbers come in, and how many neurons there are.
    bias : bool
        Whether the neurons have a bias.
    rng : numpy.random.Generator or seed, optional
        Where the first weights come from.
    dtype : dtype
        float64 or float32, for parameters and their gradients.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
        In memory column by column.
    bias : Parameter, shape (out_features,), or None

    Raises
    ------
    ValueError
        If a number is below 1, `dtype` is not one of floats, or an input does not fit.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), "Learning representations by back-propagating
    errors", *Nature* 323, 533–536.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=0)
    >>> layer(np.ones((5, 3))).shape, layer.backward(np.ones((5, 2))).shape
    ((5, 2), (5, 3))
    """

    def __init__(self, in_features, out_features, bias=True, *, rng=None, dtype=np.float64):
        self.in_features = as_count("in_features", in_features)
        self.out_features = as_count("out_features", out_features)
        # In memory column by column (order F), as x Wᵀ reads it.
        self.weight, self.bias = _parameters((out_features, in_features), bias, rng, dtype, order="F")

    def forward(self, input):
        """Return z = x Wᵀ + b."""
        input = as_float("input", input, self.weight.data.dtype)
        output = linear(input, self.weight.data, None if self.bias is None else self.bias.data)
        self.cache = input, output.shape
        return output

    def backward(self, grad_output):
        """Return g W, and add to the gradients of weight and bias."""
        input, shape = self.cache
        grad = as_gradient(grad_output, shape)
        x = input.reshape(-1, self.in_features)
        g = grad.reshape(-1, self.out_features)
        self.weight.accumulate((x.T @ g).T)  # gᵀx, in memory as the weight is
        if self.bias is not None:
            self.bias.accumulate(g.sum(axis=0))
        if not self.needs_input_grad:
            return None
        return grad @ self.weight.data


class Conv2d(Module):
    r"""A convolutional layer: the same small window, everywhere in the image.

    Forward see `conv2d`. It is a matrix product: each window becomes a column, each kernel a row. So backward is
    that of `Linear`, and each pixel collects its gradients from all windows it is part of:

    .. math:: \frac{\partial L}{\partial w_{o,c,i,j}} = \sum_{n,y,x} g_{n,o,y,x}\;
              x_{n,\,c,\;s y + d i - p,\;s x + d j - p}, \qquad
              \frac{\partial L}{\partial x_{n,\,c,\;s y + d i - p,\;s x + d j - p}}
              \mathrel{+}= \sum_o w_{o,c,i,j}\, g_{n,o,y,x}

    The same as ``torch.nn.Conv2d``, also in the numbers it starts from: U(−1/√fan_in, 1/√fan_in).

    Parameters
    ----------
    in_channels, out_channels : int
        How many channels an image has before and after.
    kernel_size, stride, padding, dilation, groups
        See `conv2d`; the window is `kernel_size` pixels high and wide.
    bias : bool
        Whether the output channels have a bias.
    rng : numpy.random.Generator or seed, optional
        Where the first weights come from.
    dtype : dtype
        float64 or float32, for parameters and their gradients.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels/groups, kh, kw)
    bias : Parameter, shape (out_channels,), or None

    Raises
    ------
    ValueError
        If an option is out of range, `groups` does not divide the channels, or an input does not fit.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    Examples
    --------
    >>> layer = Conv2d(1, 8, 3, padding=1, rng=0)
    >>> layer(np.ones((5, 1, 28, 28))).shape
    (5, 8, 28, 28)
    """

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
        *, rng=None, dtype=np.float64,
    ):  # fmt: skip
        self.in_channels = as_count("in_channels", in_channels)
        self.out_channels = as_count("out_channels", out_channels)
        self.kernel_size, self.stride, self.padding, self.dilation = _grid(kernel_size, stride, padding, dilation)
        self.groups = as_count("groups", groups)
        if in_channels % groups or out_channels % groups:
            raise ValueError(f"groups: expected a divisor of {in_channels} and {out_channels}, got {groups}")
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = _parameters(shape, bias, rng, dtype)

    def forward(self, input):
        """Return the weighted sums of all windows."""
        input = as_float("input", input, self.weight.data.dtype)
        bias = None if self.bias is None else self.bias.data
        output = conv2d(input, self.weight.data, bias, self.stride, self.padding, self.dilation, self.groups)
        self.cache = input, output.shape
        return output

    def backward(self, grad_output):
        """Return the gradient of the images, and add to the gradients of weight and bias."""
        input, shape = self.cache
        grad = as_gradient(grad_output, shape)
        grid = self.kernel_size, self.stride, self.padding, self.dilation
        windows = _windows(input, *grid)
        g = grad.reshape(shape[0], self.groups, shape[1] // self.groups, shape[2] * shape[3])
        rows, columns = _rows(self.weight.data, self.groups), _columns(windows, self.groups)
        self.weight.accumulate((g @ columns.mT).sum(axis=0).reshape(self.weight.shape))
        if self.bias is not None:
            self.bias.accumulate(grad.sum(axis=(0, 2, 3)))
        if not self.needs_input_grad:
            return None
        return _add_up((rows.mT @ g).reshape(windows.shape), input.shape, *grid)


class _Pool2d(Module):
    """What the two poolings share: where their windows lie."""

    def __init__(self, kernel_size, stride=None, padding=0):
        stride = kernel_size if stride is None else stride
        self.kernel_size, self.stride, self.padding, _ = _grid(kernel_size, stride, padding, 1)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(f"padding: expected at most half of kernel_size {self.kernel_size}, got {self.padding}")

    def _pixels(self, input, fill):
        """Return the pixels of each window in one row, shape (N, C, kh·kw, H', W'); `fill` is the padding."""
        windows = _windows(input, self.kernel_size, self.stride, self.padding, fill=fill)
        return windows.reshape(*windows.shape[:2], math.prod(self.kernel_size), *windows.shape[4:])

    def _add_up(self, grads, shape):
        """Return for each pixel of images the sum of its gradients in the rows of all windows."""
        grads = grads.reshape(*grads.shape[:2], *self.kernel_size, *grads.shape[3:])
        return _add_up(grads, shape, self.kernel_size, self.stride, self.padding)


class MaxPool2d(_Pool2d):
    r"""Keep the largest number of each window, so that a small shift changes little.

    .. math:: z_{n,c,y,x} = \max_{i,j}\, x_{n,\,c,\;s y + i - p,\;s x + j - p}

    The padding is −∞ and never wins. On the way back the whole gradient goes to the winner, to the first one of
    several. The same as ``torch.nn.MaxPool2d``; NaN wins over all numbers.

    Parameters
    ----------
    kernel_size : int or pair of int
        The size of the window.
    stride : int or pair of int, optional
        The step s from window to window; left out, the windows stand side by side.
    padding : int or pair of int
        So many pixels p around the image, at most half a window.

    Raises
    ------
    ValueError
        If an option is out of range, or an input does not fit.

    References
    ----------
    D. Scherer, A. Müller and S. Behnke (2010), "Evaluation of pooling operations in convolutional architectures
    for object recognition", *ICANN*, 92–101.

    Examples
    --------
    >>> pool = MaxPool2d(2)
    >>> pool([[[[1, 5, 2, 0], [3, 4, 2, 2]]]])
    array([[[[5., 2.]]]])
    >>> pool.backward([[[[10, 20]]]])
    array([[[[ 0., 10., 20.,  0.],
             [ 0.,  0.,  0.,  0.]]]])
    """

    def forward(self, input):
        """Return the maximum of each window."""
        input = _images(input)
        output = self._pixels(input, fill=-np.inf).max(axis=2)
        self.cache = input, output.shape
        return output

    def backward(self, grad_output):
        """Return the gradient of the images: it goes where the maxima were."""
        input, shape = self.cache
        grad = as_gradient(grad_output, shape)[:, :, None]
        pixels = self._pixels(input, fill=-np.inf)
        winner = pixels.argmax(axis=2, keepdims=True)  # the first of several
        grads = np.zeros(pixels.shape, grad.dtype)
        np.put_along_axis(grads, winner, grad, axis=2)
        return self._add_up(grads, input.shape)


class AvgPool2d(_Pool2d):
    r"""Keep the mean of each window.

    .. math:: z_{n,c,y,x} = \frac{1}{k_h k_w} \sum_{i,j} x_{n,\,c,\;s y + i - p,\;s x + j - p}

    The padding is 0 and counts. The same as ``torch.nn.AvgPool2d``; parameters and errors as `MaxPool2d`.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    Examples
    --------
    >>> AvgPool2d(2)([[[[1, 5, 2, 0], [3, 3, 2, 2]]]])
    array([[[[3. , 1.5]]]])
    """

    def forward(self, input):
        """Return the mean of each window."""
        input = _images(input)
        pixels = self._pixels(input, fill=0)
        self.cache = input.shape, pixels.shape
        return pixels.mean(axis=2)

    def backward(self, grad_output):
        """Return the gradient of the images: each pixel of a window gets the same share."""
        shape, (n, c, size, h, w) = self.cache
        share = as_gradient(grad_output, (n, c, h, w))[:, :, None] / size
        return self._add_up(np.broadcast_to(share, (n, c, size, h, w)), shape)


class AdaptiveAvgPool2d(Module):
    r"""Keep the mean of each channel, whatever the size of the image.

    .. math:: z_{n,c,0,0} = \frac{1}{H W} \sum_{y,x} x_{n,c,y,x}

    The same as ``torch.nn.AdaptiveAvgPool2d(1)``, also known as global average pooling.

    Parameters
    ----------
    output_size : int or pair of int
        1; no other size is implemented.

    Raises
    ------
    ValueError
        If `output_size` is not 1, or an input does not have the shape (N, C, H, W).

    References
    ----------
    M. Lin, Q. Chen and S. Yan (2014), "Network in network", *ICLR*, section 3.2.

    Examples
    --------
    >>> AdaptiveAvgPool2d(1)([[[[1, 2], [3, 6]]]])
    array([[[[3.]]]])
    """

    def __init__(self, output_size):
        if output_size not in (1, (1, 1)):
            raise ValueError(f"output_size: expected 1, got {output_size!r}")
        self.output_size = output_size

    def forward(self, input):
        """Return the mean of each channel."""
        input = _images(input)
        self.cache = input.shape
        return input.mean(axis=(2, 3), keepdims=True)

    def backward(self, grad_output):
        """Return the gradient of the images: each pixel of a channel gets the same share."""
        n, c, h, w = self.cache
        return np.broadcast_to(as_gradient(grad_output, (n, c, 1, 1)) / (h * w), self.cache).copy()


class Flatten(Module):
    r"""Make one row of numbers of each image.

    .. math:: (N, C, H, W) \to (N, C \cdot H \cdot W)

    The same as ``torch.nn.Flatten``.

    Parameters
    ----------
    start_dim : int
        The first axis to flatten; those before it stay.

    Raises
    ------
    ValueError
        If `start_dim` is below 0, or an input has no such axis.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), "Gradient-based learning applied to document
    recognition", *Proceedings of the IEEE* 86, 2278–2324.

    Examples
    --------
    >>> Flatten()(np.zeros((5, 16, 7, 7))).shape
    (5, 784)
    """

    def __init__(self, start_dim=1):
        self.start_dim = as_count("start_dim", start_dim, least=0)

    def forward(self, input):
        """Return the same numbers in fewer axes."""
        input = as_float("input", input)
        if input.ndim <= self.start_dim:
            raise ValueError(f"input: expected more than {self.start_dim} axes, got shape {input.shape}")
        flat = *input.shape[: self.start_dim], math.prod(input.shape[self.start_dim :])
        self.cache = input.shape, flat
        return input.reshape(flat)

    def backward(self, grad_output):
        """Return the same gradients in the shape of the input."""
        shape, flat = self.cache
        return as_gradient(grad_output, flat).reshape(shape)


class Dropout(Module):
    r"""Silence a random part of the numbers while training, so that no neuron can rely on one other.

    .. math:: z_i = \frac{m_i}{1 - p}\,x_i, \qquad m_i = \begin{cases} 0 & \text{with probability } p \\
              1 & \text{else} \end{cases}

    The factor 1/(1 − p) keeps the mean ("inverted" dropout), so that in evaluation z = x. The same as
    ``torch.nn.Dropout``.

    Parameters
    ----------
    p : float
        The probability of silence, from 0 to 1.
    rng : numpy.random.Generator or seed, optional
        Where the random numbers come from. To resume a run bit for bit, pass a Generator and save its state.

    Raises
    ------
    ValueError
        If `p` is not a number from 0 to 1.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov (2014), "Dropout: A simple way to
    prevent neural networks from overfitting", *Journal of Machine Learning Research* 15, 1929–1958.

    Examples
    --------
    >>> dropout = Dropout(0.5, rng=0)
    >>> dropout(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> dropout.eval()(np.ones(6))
    array([1., 1., 1., 1., 1., 1.])
    """

    def __init__(self, p=0.5, *, rng=None):
        self.p = as_number("p", p, least=0, most=1)
        self.rng = np.random.default_rng(rng)

    def forward(self, input):
        """Return the numbers with some of them silent, all of them in evaluation."""
        input = as_float("input", input)
        mask = np.ones_like(input)
        if self.training:
            mask = ((self.rng.random(input.shape) >= self.p) / (1 - self.p or 1)).astype(input.dtype)
        self.cache = mask
        return mask * input

    def backward(self, grad_output):
        """Return the gradient of the input: what was silent gets none."""
        return self.cache * as_gradient(grad_output, self.cache.shape)


class _Norm(Module):
    """What batch norm and layer norm share; `weight` and `bias` belong to the last axes."""

    def __init__(self, shape, eps, affine, dtype):
        self.eps, self.dtype = as_number("eps", eps, above=0), as_float_dtype(dtype)
        self.weight = Parameter(np.ones(shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if affine else None

    def _forward(self, x, mean, var, axes):
        """Return γ x̂ + β; `axes` are those that mean and variance were taken over, () if they are given."""
        std = np.sqrt(var + self.eps)
        normal = (x - mean) / std
        self.cache = normal, std, axes
        return normal if self.weight is None else self.weight.data * normal + self.bias.data

    def _backward(self, grad):
        """Return the gradient of x, and add to the gradients of weight and bias."""
        normal, std, axes = self.cache
        if self.weight is not None:
            batch = tuple(range(grad.ndim - self.weight.data.ndim))
            self.weight.accumulate((grad * normal).sum(axis=batch))
            self.bias.accumulate(grad.sum(axis=batch))
            grad = grad * self.weight.data
        if axes:
            through_mean = grad.mean(axis=axes, keepdims=True)
            through_var = normal * (grad * normal).mean(axis=axes, keepdims=True)
            grad = grad - through_mean - through_var
        return grad / std


class _BatchNorm(_Norm):
    """Batch norm for inputs of one of the ``shapes``; the channels are axis 1."""

    buffers = ("running_mean", "running_var", "num_batches_tracked")
    shapes = ()

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, *, dtype=np.float64):
        self.num_features = as_count("num_features", num_features)
        super().__init__(num_features, eps, affine, dtype)
        self.momentum = as_number("momentum", momentum, least=0, most=1)
        self.running_mean, self.running_var = np.zeros(num_features, dtype), np.ones(num_features, dtype)
        self.num_batches_tracked = np.array(0)

    def forward(self, input):
        """Return γ x̂ + β, and in training move the running mean and variance."""
        input = as_float("input", input, self.dtype)
        if input.ndim not in map(len, self.shapes) or input.shape[1] != self.num_features:
            wanted = " or ".join(f"({', '.join(shape)})" for shape in self.shapes)
            raise ValueError(f"input: expected shape {wanted} with C = {self.num_features}, got {input.shape}")
        x = np.moveaxis(input, 1, -1)
        if not self.training:
            return np.moveaxis(self._forward(x, self.running_mean, self.running_var, ()), -1, 1)
        axes = tuple(range(x.ndim - 1))
        count = x.size // self.num_features
        if count < 2:
            raise ValueError(
                f"input: expected more than one value per channel, got shape {input.shape}: drop_last=True?"
            )
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        self.num_batches_tracked += 1
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_var += self.momentum * (var * count / (count - 1) - self.running_var)
        return np.moveaxis(self._forward(x, mean, var, axes), -1, 1)

    def backward(self, grad_output):
        """Return the gradient of the input, and add to the gradients of weight and bias."""
        normal = self.cache[0]
        grad = as_gradient(grad_output, np.moveaxis(normal, -1, 1).shape)
        return np.moveaxis(self._backward(np.moveaxis(grad, 1, -1)), -1, 1)


class BatchNorm1d(_BatchNorm):
    r"""Give each feature mean 0 and variance 1 within a batch, then a scale γ and a shift β that are learned.

    .. math:: z = \gamma\,\hat x + \beta, \qquad \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}

    While training, μ and σ² are mean and variance (divided by N) over the batch, and the running ones follow:

    .. math:: \bar\mu \leftarrow (1 - m)\,\bar\mu + m\,\mu, \qquad
              \bar\sigma^2 \leftarrow (1 - m)\,\bar\sigma^2 + m\,\tfrac{N}{N - 1}\,\sigma^2

    Evaluation uses these instead. On the way back, with g the gradient of x̂, the mean and the variance of the
    batch have their part in it:

    .. math:: \frac{\partial L}{\partial x} = \frac{g - \overline{g} - \hat x\;\overline{g\,\hat x}}
              {\sqrt{\sigma^2 + \varepsilon}}

    The same as ``torch.nn.BatchNorm1d``.

    Parameters
    ----------
    num_features : int
        C, the number of features.
    eps : float
        ε, which keeps the root away from 0.
    momentum : float
        m, from 0 to 1.
    affine : bool
        Whether there are a γ and a β.
    dtype : dtype
        float64 or float32, for everything the layer holds.

    Attributes
    ----------
    weight, bias : Parameter, shape (C,), or None
        γ and β; they start as 1 and 0.
    running_mean, running_var : array, shape (C,)
    num_batches_tracked : array, shape ()
        How many batches they have seen; kept for PyTorch's state dicts.

    Raises
    ------
    ValueError
        If an option is out of range, an input does not have the shape (N, C) or (N, C, L), or training is asked
        of a single value per channel.

    References
    ----------
    S. Ioffe and C. Szegedy (2015), "Batch normalization: Accelerating deep network training by reducing internal
    covariate shift", *ICML*, 448–456.

    Examples
    --------
    >>> norm = BatchNorm1d(1)
    >>> norm([[1.0], [2.0], [3.0]]).round(4)
    array([[-1.2247],
           [ 0.    ],
           [ 1.2247]])
    >>> norm.running_mean, norm.running_var
    (array([0.2]), array([1.]))
    """

    shapes = ("NC", "NCL")


class BatchNorm2d(_BatchNorm):
    """Do the same as `BatchNorm1d` for the channels of images, shape (N, C, H, W); each pixel counts as an example.

    Examples
    --------
    >>> BatchNorm2d(8)(np.ones((5, 8, 3, 3))).shape
    (5, 8, 3, 3)
    """

    shapes = ("NCHW",)


class LayerNorm(_Norm):
    r"""Give each example mean 0 and variance 1, then a scale γ and a shift β that are learned.

    .. math:: z = \gamma\,\hat x + \beta, \qquad \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}

    Here μ and σ² are taken over the last axes of one example, so that a batch of one is as good as any, and
    training and evaluation are the same. Backward see `BatchNorm1d`. The same as ``torch.nn.LayerNorm``.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The shape of the last axes.
    eps : float
        ε, which keeps the root away from 0.
    elementwise_affine : bool
        Whether there are a γ and a β.
    dtype : dtype
        float64 or float32, for parameters and their gradients.

    Attributes
    ----------
    weight, bias : Parameter, shape `normalized_shape`, or None
        γ and β; they start as 1 and 0.

    Raises
    ------
    ValueError
        If an option is out of range, or the shape of an input does not end with `normalized_shape`.

    References
    ----------
    J. L. Ba, J. R. Kiros and G. E. Hinton (2016), "Layer normalization", arXiv:1607.06450.

    Examples
    --------
    >>> LayerNorm(3)([[1, 2, 3], [10, 20, 30]]).round(3)
    array([[-1.225,  0.   ,  1.225],
           [-1.225,  0.   ,  1.225]])
    """

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, *, dtype=np.float64):
        shape = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape = tuple(as_count("normalized_shape", size) for size in shape)
        super().__init__(self.normalized_shape, eps, elementwise_affine, dtype)

    def forward(self, input):
        """Return γ x̂ + β."""
        input, shape = as_float("input", input, self.dtype), self.normalized_shape
        if input.shape[-len(shape) :] != shape:
            raise ValueError(f"input: expected a shape that ends with {shape}, got {input.shape}")
        axes = tuple(range(-len(shape), 0))
        return self._forward(input, input.mean(axis=axes, keepdims=True), input.var(axis=axes, keepdims=True), axes)

    def backward(self, grad_output):
        """Return the gradient of the input, and add to the gradients of weight and bias."""
        return self._backward(as_gradient(grad_output, self.cache[0].shape))


class Sequential(Module):
    r"""Layers one after the other: what comes out of one goes into the next.

    .. math:: z = f_L(\dots f_2(f_1(x))), \qquad
              \frac{\partial L}{\partial x} = J_1^\top J_2^\top \cdots J_L^\top\, g

    where J is a layer's Jacobian: forward goes from the first layer to the last, backward from the last to the
    first. The same as ``torch.nn.Sequential``: ``net[0]``, ``net[:2]``, ``len(net)`` and loops work.

    Parameters
    ----------
    *layers : Module
        The layers, in order.

    Raises
    ------
    ValueError
        If something is not a Module, or one layer stands in two places: it can remember only one input.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), "Learning representations by back-propagating
    errors", *Nature* 323, 533–536.

    Examples
    --------
    >>> net = Sequential(Flatten(), Linear(784, 10, rng=0))
    >>> net(np.ones((5, 1, 28, 28))).shape, list(net.state_dict())
    ((5, 10), ['1.weight', '1.bias'])
    """

    def __init__(self, *layers):
        places = {}
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise ValueError(f"layers: expected modules only, got {type(layer).__name__} at {i}")
            for part in layer.modules():
                if (first := places.setdefault(part, i)) != i:
                    raise ValueError(f"layers: expected a new {type(part).__name__} at {i}, got the one at {first}")
        self.layers = list(layers)

    def children(self):
        """Yield the layers, each with its number for a name."""
        yield from ((str(i), layer) for i, layer in enumerate(self.layers))

    def forward(self, input):
        """Run through the layers, first to last."""
        for layer in self.layers:
            input = layer(input)
        return input

    def backward(self, grad_output):
        """Run through the layers, last to first."""
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, index):
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]


def _parameters(shape, bias, rng, dtype, order="C"):
    """Return weight and bias as PyTorch's layers start: U(−1/√fan_in, 1/√fan_in)."""
    rng, dtype = np.random.default_rng(rng), as_float_dtype(dtype)
    weight = init.kaiming_uniform_(Parameter(np.empty(shape, dtype, order)), a=math.sqrt(5), rng=rng)
    if not bias:
        return weight, None
    bound = 1 / math.sqrt(init.fans(shape)[0])
    return weight, init.uniform_(Parameter(np.empty(shape[0], dtype)), -bound, bound, rng=rng)


def _fitting(input, weight, bias):
    """Return what `linear` is given as arrays, and refuse shapes that do not fit."""
    input = as_float("input", input)
    weight = as_float("weight", weight, input.dtype)
    if weight.ndim not in (1, 2):
        raise ValueError(f"weight: expected shape (in,) or (out, in), got {weight.shape}")
    if input.ndim == 0 or input.shape[-1] != weight.shape[-1]:
        raise ValueError(
            f"input: expected shape (..., {weight.shape[-1]}), got {input.shape} for a weight of {weight.shape}"
        )
    return input, weight, _fitting_bias(bias, weight, weight.shape[:-1])


def _fitting_bias(bias, weight, shape):
    """Return the biases as an array, zeros if there are none, and refuse a wrong number of them."""
    bias = np.zeros(shape, weight.dtype) if bias is None else as_float("bias", bias, weight.dtype)
    if bias.shape != shape:
        raise ValueError(f"bias: expected shape {shape}, one for each neuron, got {bias.shape}")
    return bias


def _images(input):
    """Return `input` as an array of floats, and refuse what does not have the shape of images."""
    input = as_float("input", input)
    if input.ndim != 4:
        raise ValueError(f"input: expected shape (N, C, H, W), got {input.shape}")
    return input


def _fitting_images(input, weight, bias, groups):
    """Return what `conv2d` is given as arrays, and refuse shapes that do not fit."""
    input, groups = _images(input), as_count("groups", groups)
    weight = as_float("weight", weight, input.dtype)
    if weight.ndim != 4 or len(weight) % groups:
        raise ValueError(f"weight: expected shape (out, C/groups, kh, kw), got {weight.shape}, groups {groups}")
    if input.shape[1] != weight.shape[1] * groups:
        raise ValueError(f"input: expected {weight.shape[1] * groups} channels, got shape {input.shape}")
    return input, weight, _fitting_bias(bias, weight, weight.shape[:1])


def _grid(kernel_size, stride, padding, dilation):
    """Return where windows lie, as four pairs."""
    sizes = as_pair("kernel_size", kernel_size), as_pair("stride", stride)
    return *sizes, as_pair("padding", padding, least=0), as_pair("dilation", dilation)


def _windows(input, kernel_size, stride, padding, dilation=(1, 1), fill=0):
    """Return what each window sees, shape (N, C, kh, kw, H', W'): pixel (i, j) of window (y, x)."""
    if any(padding):
        input = np.pad(input, [(0, 0), (0, 0), *((p, p) for p in padding)], constant_values=fill)
    return _view(input, kernel_size, stride, dilation)


def _add_up(grads, shape, kernel_size, stride, padding, dilation=(1, 1)):
    """Return for each pixel the sum of its gradients in all windows it is part of: the reverse of `_windows`."""
    (n, c, h, w), (ph, pw) = shape, padding
    grad = np.zeros((n, c, h + 2 * ph, w + 2 * pw), grads.dtype)
    windows = _view(grad, kernel_size, stride, dilation, writeable=True)
    for i, j in np.ndindex(kernel_size):
        windows[:, :, i, j] += grads[:, :, i, j]
    return grad[:, :, ph : ph + h, pw : pw + w]


def _view(images, kernel_size, stride, dilation, writeable=False):
    """Return all windows as a view of the images: nothing is copied, and what is written ends in the images."""
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    reach = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    if images.shape[2] < reach[0] or images.shape[3] < reach[1]:
        raise ValueError(f"input: expected images of {reach} pixels or more with their padding, got {images.shape[2:]}")
    windows = sliding_window_view(images, reach, axis=(2, 3), writeable=writeable)
    return windows[:, :, ::sh, ::sw, ::dh, ::dw].transpose(0, 1, 4, 5, 2, 3)


def _rows(weight, groups):
    """Return kernels as rows, shape (groups, out/groups, C/groups · kh · kw)."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def _columns(windows, groups):
    """Return windows as columns, shape (N, groups, C/groups · kh · kw, H' · W')."""
    n, c, kh, kw, h, w = windows.shape
    return windows.reshape(n, groups, c // groups * kh * kw, h * w)
