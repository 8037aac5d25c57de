"""What several modules share: reading arguments, and writing numbers for people."""

import operator

import numpy as np


def as_float(name, value, dtype=np.float64):
    """Return `value` as an array of floats; float arrays keep their dtype, all else takes `dtype`."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name}: expected numbers, got {type(value).__name__} ({error})") from error
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name}: expected numbers, got {type(value).__name__} of dtype {array.dtype}")
    if array.dtype.kind == "f" and hasattr(value, "dtype"):
        return array
    return array.astype(dtype)


def as_finite(name, value):
    """Return `value` as an array of floats, and refuse NaN and infinity."""
    array = as_float(name, value)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got {array[~np.isfinite(array)][0]}")
    return array


def as_positive(name, value):
    """Return `value` as a float, and refuse anything that isn't one finite number above zero."""
    array = as_finite(name, value)
    if array.ndim != 0 or array <= 0:
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return float(array)


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
