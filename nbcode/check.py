"""Compare our numbers with somebody else's, PyTorch's for example."""

from dataclasses import dataclass
from html import escape

import numpy as np

from nbcode._common import as_float, as_positive

COLUMNS = ("result", "shape", "difference", "verdict")


@dataclass(frozen=True, repr=False)
class Comparison:
    """The outcome of `compare`: one row, or several joined with ``+``. True when all of them agree."""

    rows: tuple[tuple[str, ...], ...]
    agrees: bool

    def __add__(self, other):
        """Join two tables into one."""
        if not isinstance(other, Comparison):
            return NotImplemented
        return Comparison(self.rows + other.rows, self.agrees and other.agrees)

    def __bool__(self):
        """Say whether every row agrees."""
        return self.agrees

    def __repr__(self):
        """Write one aligned line for each row."""
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        return "\n".join("   ".join(map(str.ljust, row, widths)).rstrip() for row in self.rows)

    def _repr_html_(self):
        def bare(cell):  # the head of the column says it already
            return cell.removeprefix("shape ").removeprefix("largest difference ")

        def line(cells, tag):
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        return (
            f'<table class="nbcode-comparison"><thead>{line(COLUMNS, "th")}</thead>'
            f"<tbody>{''.join(line(map(bare, row), 'td') for row in self.rows)}</tbody></table>"
        )


def _array(name, value):
    """Return `value` as float64, also when it is a tensor with a gradient or on a GPU."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    return as_float(name, value).astype(np.float64)


def compare(name, ours, theirs, tol=1e-12):
    r"""Compare two arrays entry by entry.

    .. math:: \max_i |a_i - b_i| < \text{tol}

    and equal shapes are what it takes to agree. NaN agrees with NaN, and an infinity with the same infinity.
    As long as the two agree, what is printed is the same on every computer: that the difference is below the
    tolerance, not how far.

    Parameters
    ----------
    name : str
        What is compared; the first column of the table.
    ours, theirs : array_like or torch.Tensor
        Numbers, any shape.
    tol : float
        The tolerance, in the unit of the numbers.

    Returns
    -------
    Comparison
        Prints as one line, or as a table when several are joined with ``+``. True when the two agree.

    Raises
    ------
    ValueError
        If an array is empty or does not hold numbers, or `tol` is not above 0.

    References
    ----------
    N. J. Higham (2002), *Accuracy and Stability of Numerical Algorithms*, 2nd edition, SIAM, chapter 1.

    Examples
    --------
    >>> compare("third", [1 / 3, 2 / 3], [0.3333, 0.6667], tol=1e-3) + compare("half", 0.5, 0.6)
    third   shape (2,)   largest difference < 0.001   agrees
    half    shape ()     largest difference 1.0e-01   differs (tolerance 1e-12)
    """
    ours, theirs, tol = _array("ours", ours), _array("theirs", theirs), as_positive("tol", tol)
    if ours.size == 0 or theirs.size == 0:
        raise ValueError(f"ours, theirs: expected some numbers, got shapes {ours.shape} and {theirs.shape}")
    if ours.shape != theirs.shape:
        shapes = f"shape {ours.shape} against {theirs.shape}"
        return Comparison(((str(name), shapes, "not compared", "differs (shape)"),), False)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.where(same, 0, np.nan_to_num(np.abs(ours - theirs), nan=np.inf, posinf=np.inf)))
    agrees = bool(largest < tol)
    difference = f"largest difference {f'< {tol:g}' if agrees else f'{largest:.1e}'}"
    verdict = "agrees" if agrees else f"differs (tolerance {tol:g})"
    return Comparison(((str(name), f"shape {ours.shape}", difference, verdict),), agrees)
