"""Which optimizer reads digits best, each with a learning rate of its own?

python -m experiments.race    (some minutes) writes experiments/race.json
"""

from functools import partial

from experiments.digits import PARTS, grid, record, tune
from nbcode.optim import SGD, Adam, AdamW, RMSprop

BATCH_SIZE = 32
LENGTHS = 2, 20  # epochs: a short race, and a long one
OPTIMIZERS = {
    "SGD": (SGD, grid(0.05, 2)),
    "momentum": (partial(SGD, momentum=0.9), grid(0.005, 0.5)),
    "RMSprop": (RMSprop, grid(0.0005, 0.05)),
    "Adam": (Adam, grid(0.001, 0.1)),
    "AdamW": (AdamW, grid(0.001, 0.1)),
}


def main():
    rows = []
    for epochs in LENGTHS:
        for name, (make, rates) in OPTIMIZERS.items():
            tuned = tune(make, rates, BATCH_SIZE, epochs * PARTS[0] // BATCH_SIZE)
            rows.append({"optimizer": name, "epochs": epochs} | tuned)
            print(rows[-1], flush=True)
    record("race", rows)


if __name__ == "__main__":
    main()
