"""What several modules share: reading arguments, and writing numbers for people."""

import math
import operator
from contextlib import suppress

import numpy as np


def as_array(name, value):
    """Return `value` as an array of numbers in their own dtype."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name}: expected numbers, got {type(value).__name__} ({error})") from error
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name}: expected numbers, got {type(value).__name__} of dtype {array.dtype}")
    return array


def as_float(name, value, dtype=np.float64):
    """Return `value` as an array of floats; float arrays keep their dtype, all else takes `dtype`."""
    if type(value) is np.ndarray and value.dtype.kind == "f":  # at once, since layers ask at every step
        return value
    array = as_array(name, value)
    return array if array.dtype.kind == "f" and hasattr(value, "dtype") else array.astype(dtype)


def as_dtype(name, value, dtype):
    """Return `value` as an array of floats of this dtype, whatever it had."""
    return as_float(name, value, dtype).astype(dtype, copy=False)


def as_finite(name, value):
    """Return `value` as an array of floats, and refuse NaN and infinity."""
    array = as_float(name, value)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got {array[~np.isfinite(array)][0]}")
    return array


def as_number(name, value, *, least=-math.inf, above=-math.inf, below=math.inf, most=math.inf):
    """Return `value` as a float, and refuse anything that isn't one finite number within the bounds."""
    number = as_float(name, value)
    if number.ndim or not (np.isfinite(number) and least <= number <= most and above < number < below):
        bounds = {"of at least": least, "above": above, "below": below, "at most": most}
        words = [f"{word} {bound:g}" for word, bound in bounds.items() if math.isfinite(bound)]
        wanted = f"a number {' and '.join(words)}" if words else "one finite number"
        raise ValueError(f"{name}: expected {wanted}, got {value!r}")
    return float(number)


def as_count(name, value, least=1, most=None):
    """Return `value` as a whole number from `least` to `most`."""
    wanted = f"at least {least}" if most is None else f"from {least} to {most}"
    try:
        count = operator.index(value)
    except TypeError as error:
        raise ValueError(f"{name}: expected a whole number {wanted}, got {value!r}") from error
    if count < least or (most is not None and count > most):
        raise ValueError(f"{name}: expected a whole number {wanted}, got {count}")
    return count


def as_one_of(name, value, choices):
    """Return `value`, and refuse what is none of the choices."""
    if value not in list(choices):
        raise ValueError(f"{name}: expected one of {', '.join(map(str, choices))}, got {value!r}")
    return value


def as_pair(name, value, least=1):
    """Return one whole number, or a pair of them, as a pair."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name}: expected one number or a pair, got {value!r}")
    return tuple(as_count(name, number, least) for number in pair)


def as_flag(name, value):
    """Return `value` as True or False, and refuse anything else."""
    if np.ndim(value) != 0 or np.asarray(value).dtype != bool:
        raise ValueError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def as_float_dtype(dtype):
    """Return `dtype` as NumPy's, and refuse all but floats."""
    with suppress(TypeError):  # a dtype that NumPy does not know
        dtype = np.dtype(dtype)
    if getattr(dtype, "kind", None) != "f":
        raise ValueError(f"dtype: expected one of floats, got {dtype}")
    return dtype


def as_distribution(name, p, dim):
    """Return the floats `p`, and refuse what is not a distribution along an axis."""
    if not (fine := p >= 0).all():
        raise ValueError(f"{name}: expected probabilities, got {p[~fine][0]}")
    total = np.asarray(p.sum(axis=dim))
    if not (fine := np.abs(total - 1) <= 1e-5).all():
        raise ValueError(f"{name}: expected probabilities that sum to 1, got a sum of {total[~fine][0]}")
    return p


def as_gradient(grad_output, shape, dtype=None):
    """Return the gradient that comes from behind as an array, and refuse any shape but the output's."""
    grad = as_float("grad_output", grad_output)
    if grad.shape != shape:
        raise ValueError(f"grad_output: expected shape {shape}, that of the output, got {grad.shape}")
    return grad if dtype is None else grad.astype(dtype, copy=False)


def with_axis(name, value, dim):
    """Return `value` as an array of floats that has something along the axis `dim`."""
    array = as_float(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name}: expected at least one axis, got shape ()")
    dim = as_count("dim", dim, least=-array.ndim, most=array.ndim - 1)
    if array.shape[dim] == 0:
        raise ValueError(f"{name}: expected at least one number along axis {dim}, got shape {array.shape}")
    return array


def load_arrays(places, state):
    """Copy the arrays of a state dict to where they belong; all of them or, if one does not fit, none."""
    arrays = {name: as_float(f"state: {name}", state[name]) for name in places}
    for name, place in places.items():
        if arrays[name].shape != place.shape:
            raise ValueError(f"state: {name} should have shape {place.shape}, got {arrays[name].shape}")
    for name, place in places.items():
        np.copyto(place, arrays[name], casting="unsafe")


def same_names(state, expected):
    """Refuse a state dict in which a name is missing or unknown."""
    if missing := sorted(expected.keys() - state.keys()):
        raise ValueError(f"state: {missing[0]} is missing ({len(missing)} in all)")
    if unknown := sorted(state.keys() - expected.keys()):
        raise ValueError(f"state: {unknown[0]} is unknown here ({len(unknown)} in all)")


def as_examples(X, y):
    """Return `X`, shape (N, in), and `y`, shape (N,), as arrays of floats; every label is 0 or 1."""
    X, y = as_finite("X", X), as_finite("y", y)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X: expected shape (N, in) with at least one example, got {X.shape}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"y: expected shape {X.shape[:1]}, one label for each row of X, got {y.shape}")
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: expected only 0 and 1, got {y[~np.isin(y, (0, 1))][0]}")
    return X, y


def tidy(value):
    """Write a number, or a row of them, for a reader.

    >>> tidy(-2.50), tidy([1.0, -0.0])
    ('−2.5', '(1, 0)')
    """
    if np.ndim(value):
        return "(" + ", ".join(map(tidy, value)) + ")"
    return f"{value + 0.0:.6g}".replace("-", "−")


def weighted_sum(w, x, b):
    """Write out w·x + b; `x` holds numbers, or the names of the inputs.

    >>> weighted_sum([2, -1], [1, 0], -3), weighted_sum([2, -1], ["x₁", "x₂"], -3)
    ('2·1 − 1·0 − 3', '2·x₁ − 1·x₂ − 3')
    """
    terms = [(wi, "·" + (xi if isinstance(xi, str) else tidy(xi))) for wi, xi in zip(w, x, strict=True)]
    first, *rest = [*terms, (b, "")]
    return (
        tidy(first[0])
        + first[1]
        + "".join(f" {'−' if value < 0 else '+'} {tidy(abs(value))}{factor}" for value, factor in rest)
    )
