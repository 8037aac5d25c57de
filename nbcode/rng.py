"""A small random generator that a page of this book can have too, number for number."""

import math

import numpy as np

from nbcode._common import as_count

_MASK = 0xFFFFFFFF  # 32 bits
_DISCARD = 12  # so many numbers are thrown away after seeding, to mix the state


class Sfc32(np.random.Generator):
    r"""The generator sfc32, and normal numbers from it by the Box–Muller transform.

    It goes wherever ``rng=`` takes a NumPy generator. Its methods are those below; NumPy's others are refused, since
    they would draw from another stream. The book's widgets hold the same few lines in JavaScript.

    .. math:: z_1 = \sqrt{-2 \ln u_1} \cos 2\pi u_2, \qquad z_2 = \sqrt{-2 \ln u_1} \sin 2\pi u_2

    Parameters
    ----------
    seed : int
        A whole number from 0 to 2³² − 1.

    Raises
    ------
    ValueError
        If `seed` is something else.

    References
    ----------
    C. Doty-Humphrey (2010), *PractRand*, the generator "sfc32".

    G. E. P. Box and M. E. Muller (1958), "A note on the generation of random normal deviates", *Annals of
    Mathematical Statistics* 29 (2), 610–611.

    Examples
    --------
    >>> from nbcode.rng import Sfc32
    >>> rng = Sfc32(0)
    >>> rng.random(3).round(4)
    array([0.3175, 0.0338, 0.1883])
    >>> rng.normal(10, 2, size=(1, 2)).round(2)
    array([[11.04, 15.56]])
    """

    def __init__(self, seed=0):
        super().__init__(np.random.PCG64(0))  # NumPy wants one; nothing is drawn from it
        self._state = 0, as_count("seed", seed, least=0, most=_MASK), 0, 1
        self._spare = None
        for _ in range(_DISCARD):
            self._next()

    def __getattribute__(self, name):
        if name in _OTHERS:
            raise AttributeError(f"Sfc32 has no {name!r}; it has {', '.join(sorted(_OWN))}")
        return super().__getattribute__(name)

    def __repr__(self):
        return "Sfc32()"

    @property
    def bit_generator(self):
        """Where NumPy's generators keep their ``state``: this one keeps it itself."""
        return self

    @property
    def state(self):
        """All that the next numbers depend on; set it to go on from there."""
        return {"state": self._state, "spare": self._spare}

    @state.setter
    def state(self, state):
        self._state, self._spare = tuple(state["state"]), state["spare"]

    def _next(self):
        """Return the next whole number below 2³²."""
        a, b, c, counter = self._state
        out = (a + b + counter) & _MASK
        turned = (c << 21 | c >> 11) & _MASK
        self._state = b ^ b >> 9, (c + (c << 3)) & _MASK, (turned + out) & _MASK, (counter + 1) & _MASK
        return out

    def _uniform(self):
        return self._next() / 2**32

    def _normal(self):
        if self._spare is not None:
            z, self._spare = self._spare, None
            return z
        radius = math.sqrt(-2 * math.log(1 - self._uniform()))
        angle = 2 * math.pi * self._uniform()
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    @staticmethod
    def _many(draw, size):
        """Draw one number, or an array of them."""
        if size is None:
            return draw()
        shape = (size,) if np.ndim(size) == 0 else tuple(size)
        return np.array([draw() for _ in range(math.prod(shape))], dtype=float).reshape(shape)

    def random(self, size=None):
        """Return numbers that are evenly spread from 0 to below 1."""
        return self._many(self._uniform, size)

    def uniform(self, low=0.0, high=1.0, size=None):
        """Return numbers that are evenly spread from `low` to below `high`."""
        return low + (high - low) * self.random(size)

    def standard_normal(self, size=None):
        """Return normal numbers with mean 0 and standard deviation 1."""
        return self._many(self._normal, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        """Return normal numbers with mean `loc` and standard deviation `scale`."""
        return loc + scale * self.standard_normal(size)

    def permutation(self, x):
        """Return the whole numbers below `x`, or the rows of the array `x`, in a random order (Fisher and Yates)."""
        shuffled = np.arange(x) if np.ndim(x) == 0 else np.array(x)
        for last in range(len(shuffled) - 1, 0, -1):
            other = int((last + 1) * self._uniform())
            shuffled[[last, other]] = shuffled[[other, last]]
        return shuffled


_OWN = {name for name in vars(Sfc32) if not name.startswith("_")}
_OTHERS = {name for name in dir(np.random.Generator) if not name.startswith("_")} - _OWN
