"""Is a larger batch better? Batches from 4 to all 1,024 examples, by SGD, each with a learning rate of its own.

python -m experiments.batch_size    (some minutes) writes experiments/batch_size.json
"""

from functools import partial
from time import perf_counter

from experiments.digits import PARTS, grid, learn, record, tune
from nbcode.optim import SGD

BATCH_SIZES = 4, 16, 64, 256, 1024
EPOCHS = 20
STEPS = EPOCHS * PARTS[0] // 64  # as many as batches of 64 need for EPOCHS
RATES = grid(0.02, 3)


def fastest(batch_size, steps, repeats=100):
    """Return the seconds that the fastest of many equal runs takes."""
    seconds = []
    for _ in range(repeats):
        begin = perf_counter()
        learn(partial(SGD, lr=0.1), batch_size, steps, seed=0)
        seconds.append(perf_counter() - begin)
    return min(seconds)


def milliseconds(batch_size):
    """Return what a step takes: 32 steps more, and what they take more."""
    return float(f"{1000 * (fastest(batch_size, 40) - fastest(batch_size, 8)) / 32:.2g}")


def main():
    rows = []
    for batch_size in BATCH_SIZES:
        ms = milliseconds(batch_size)
        for equal, steps in (("epochs", EPOCHS * PARTS[0] // batch_size), ("steps", STEPS)):
            tuned = tune(SGD, RATES, batch_size, steps)
            rows.append({"equal": equal, "batch_size": batch_size, "steps": steps, "ms": ms} | tuned)
            print(rows[-1], flush=True)
    record("batch_size", rows)


if __name__ == "__main__":
    main()
