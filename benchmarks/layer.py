"""The forward pass of one fully connected layer, 784 inputs and 128 neurons, computed in several ways.

All in float32 and on one thread, except on the GPU. A time is the median of many runs. Before the clock starts, each
way has run once, and its result has been compared with the others'.
"""

from statistics import median
from time import perf_counter

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from nbcode.layers import linear

title = "One layer, 784 → 128: loops, NumPy and PyTorch"

INPUTS, OUTPUTS, BATCHES = 784, 128, (1, 64)
SECONDS = 2  # for each way and batch, about


def loops(X, W, b):
    """Multiply and add one number at a time."""
    return [[sum(wi * xi for wi, xi in zip(w, x, strict=True)) + bias for w, bias in zip(W, b, strict=True)] for x in X]


def one_by_one(X, W, b):
    """Multiply the matrix with one example at a time."""
    return np.stack([W @ x + b for x in X])


def lists(*arrays):
    return [array.tolist() for array in arrays]


def tensors(device):
    return lambda *arrays: [torch.tensor(array, device=device) for array in arrays]


def on_gpu(X, W, b):
    Z = torch.nn.functional.linear(X, W, b)
    torch.cuda.synchronize()
    return Z


# The name of each way, the function, and how it wants its arrays.
WAYS = {
    "Python loops": (loops, lists),
    "NumPy, one by one": (one_by_one, lambda *arrays: arrays),
    "NumPy, one product": (linear, lambda *arrays: arrays),
    "PyTorch": (torch.nn.functional.linear, tensors("cpu")),
}
if torch.cuda.is_available():
    WAYS["PyTorch, GPU"] = (on_gpu, tensors("cuda"))


def layer(batch):
    """Return a batch, weights and biases."""
    rng = np.random.default_rng(0)
    shapes = (batch, INPUTS), (OUTPUTS, INPUTS), (OUTPUTS,)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def outputs(batch):
    """Return what each way computes, as arrays."""
    results = {name: way(*prepare(*layer(batch))) for name, (way, prepare) in WAYS.items()}
    return {name: np.array(Z.cpu().numpy() if hasattr(Z, "cpu") else Z, np.float64) for name, Z in results.items()}


def seconds(way, arguments):
    """Return the median time of a call."""
    start = perf_counter()
    way(*arguments)
    repeats = min(2000, max(5, round(SECONDS / (perf_counter() - start))))
    times = []
    for _ in range(repeats):
        start = perf_counter()
        way(*arguments)
        times.append(perf_counter() - start)
    return median(times)


def run():
    for batch in BATCHES:
        first, *others = outputs(batch).values()
        for other in others:
            np.testing.assert_allclose(other, first, atol=1e-3)
    rows, threads = [], torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        for name, (way, prepare) in WAYS.items():
            times = [seconds(way, prepare(*layer(batch))) * 1e6 for batch in BATCHES]
            rows.append(
                {"way": name} | {f"µs, batch of {n}": float(f"{t:.3g}") for n, t in zip(BATCHES, times, strict=True)}
            )
    torch.set_num_threads(threads)
    return rows
