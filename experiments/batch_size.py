"""Is a larger batch better? Batches from 4 to all 1,024 examples, by SGD, each with a learning rate of its own.

python -m experiments.batch_size    (some minutes) writes experiments/batch_size.json
"""

from experiments.digits import PARTS, grid, record, tune
from nbcode.optim import SGD

BATCH_SIZES = 4, 16, 64, 256, 1024
EPOCHS = 20
STEPS = EPOCHS * PARTS[0] // 64  # as many as batches of 64 need for EPOCHS
RATES = grid(0.003, 10)


def main():
    rows = []
    for batch_size in BATCH_SIZES:
        for equal, steps in (("epochs", EPOCHS * PARTS[0] // batch_size), ("steps", STEPS)):
            tuned = tune(SGD, RATES, batch_size, steps)
            rows.append({"equal": equal, "batch_size": batch_size, "steps": steps} | tuned)
            print(rows[-1], flush=True)
    record("batch_size", rows)


if __name__ == "__main__":
    main()
