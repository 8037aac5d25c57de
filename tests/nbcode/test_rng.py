"""The generator of the pages."""

import numpy as np
import pytest

from nbcode.data import blobs
from nbcode.layers import Linear
from nbcode.rng import Sfc32
from nbcode.train import DataLoader

MANY = 20_000


def stream(seed, count):
    """Give the first numbers of sfc32, written from its definition with unsigned integers of 32 bits."""
    with np.errstate(over="ignore"):
        a, b, c, counter = (np.uint32(v) for v in (0, seed, 0, 1))
        for drawn in range(12 + count):
            out = a + b + counter
            a = b ^ (b >> np.uint32(9))
            b = c + (c << np.uint32(3))
            c = ((c << np.uint32(21)) | (c >> np.uint32(11))) + out
            counter += np.uint32(1)
            if drawn >= 12:
                yield int(out)


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_it_is_sfc32(seed):
    assert (Sfc32(seed).random(1000) * 2**32).tolist() == list(stream(seed, 1000))


def test_its_numbers_are_spread_as_they_should_be():
    u, z = Sfc32(3).random(MANY), Sfc32(4).standard_normal(MANY)
    assert 0 <= u.min() and u.max() < 1
    np.testing.assert_allclose(np.histogram(u, 10, (0, 1))[0] / MANY, 0.1, atol=0.01)
    np.testing.assert_allclose([z.mean(), z.std(), (z**3).mean(), (z**4).mean()], [0, 1, 0, 3], atol=0.12)
    np.testing.assert_allclose(np.corrcoef(z[:-1], z[1:])[0, 1], 0, atol=0.03)


def test_normal_numbers_are_those_of_box_and_muller():
    u1, u2 = Sfc32(7).random(2)
    radius = np.sqrt(-2 * np.log(1 - u1))
    expected = radius * np.cos(2 * np.pi * u2), radius * np.sin(2 * np.pi * u2)
    np.testing.assert_allclose(Sfc32(7).standard_normal(2), expected, rtol=1e-14)
    np.testing.assert_allclose(Sfc32(7).normal(5, 3, 2), 5 + 3 * np.array(expected), rtol=1e-14)
    np.testing.assert_allclose(Sfc32(7).uniform(-2, 4, 2), -2 + 6 * np.array([u1, u2]), rtol=1e-14)


def test_a_permutation_holds_everything_once():
    first = [int(Sfc32(seed).permutation(5)[0]) for seed in range(1000)]
    assert sorted(Sfc32(0).permutation(50)) == list(range(50)) != Sfc32(0).permutation(50).tolist()
    np.testing.assert_allclose(np.bincount(first) / 1000, 0.2, atol=0.05)
    rows = np.arange(10).reshape(5, 2)
    assert sorted(Sfc32(0).permutation(rows).tolist()) == rows.tolist()


def test_it_goes_where_rng_is_taken():
    assert np.random.default_rng(rng := Sfc32(1)) is rng
    np.testing.assert_array_equal(Linear(3, 2, rng=Sfc32(1)).weight.data, Linear(3, 2, rng=Sfc32(1)).weight.data)
    X, _ = blobs(rng=Sfc32(2))
    assert (X != blobs(rng=Sfc32(3))[0]).all()


def test_it_goes_on_from_a_state():
    loader = DataLoader(np.arange(8.0), np.arange(8), batch_size=3, shuffle=True, rng=Sfc32(5))
    loader.rng.standard_normal()
    state = loader.state_dict()
    first = [y.tolist() for _, y in loader], loader.rng.standard_normal(3).tolist()
    loader.load_state_dict(state)
    assert ([y.tolist() for _, y in loader], loader.rng.standard_normal(3).tolist()) == first


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "a"])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="seed: expected a whole number from 0 to 4294967295"):
        Sfc32(seed)


@pytest.mark.parametrize("name", ["choice", "integers", "exponential", "shuffle"])
def test_what_would_draw_from_another_stream_is_refused(name):
    with pytest.raises(AttributeError, match=f"Sfc32 has no '{name}'; it has .*normal"):
        getattr(Sfc32(), name)
