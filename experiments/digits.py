"""What the experiments share: real digits, one small network, and how a learning rate is chosen.

Each seed has its own split of the 1,797 digits (1,024 to learn from, 373 to choose with, 400 to test), its own first
weights and its own order of examples. All settings get the same seeds, so they can be compared seed by seed.
"""

import json
import platform
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import numpy as np

from nbcode.activations import ReLU
from nbcode.data import digits8x8, split
from nbcode.layers import Linear, Sequential
from nbcode.losses import CrossEntropyLoss
from nbcode.train import DataLoader, accuracy

SEEDS = range(10)
PARTS = 1024, 373, 400
FOLDER = Path(__file__).parent


def grid(low, high):
    """Return the rates 1, 1.5, 2, 3, 5, 7, 10, 15, … from `low` to `high`; a coarser grid can miss the best by far."""
    rates = [float(f"{digits}e{e}") for e in range(-5, 3) for digits in ("1", "1.5", "2", "3", "5", "7")]
    return [rate for rate in rates if low <= rate <= high]


def learn(make_optimizer, batch_size, steps, seed):
    """Train once; return the shares of the validation and the test digits that are read right."""
    X, y = digits8x8(flat=True)
    shares = [part / len(X) for part in PARTS]
    (X, y), validation, test = split(X.astype(np.float64), y, shares, rng=seed)
    rng = np.random.default_rng(seed)
    model, loss = Sequential(Linear(64, 32, rng=rng), ReLU(), Linear(32, 10, rng=rng)), CrossEntropyLoss()
    optimizer = make_optimizer(model.parameters())
    data = DataLoader(X, y, batch_size, shuffle=True, rng=rng)
    with np.errstate(all="ignore"):  # a rate that is too high ends in NaN, and a network of NaN says 0
        while optimizer.steps < steps:
            for X, y in islice(data, steps - optimizer.steps):
                optimizer.zero_grad()
                loss(model(X), y)
                model.backward(loss.backward())
                optimizer.step()
        return [accuracy(model(inputs), labels) for inputs, labels in (validation, test)]


def tune(make, rates, batch_size, steps, seeds=SEEDS):
    """Train with every rate and seed. The chosen rate has the best mean on the validation digits; the lowest of equals.

    Returns
    -------
    dict
        ``rates``, the mean ``validation`` accuracy of each, the chosen ``rate``, its ``test`` accuracies by seed.
    """
    runs = np.array([
        [learn(lambda w, lr=lr: make(w, lr), batch_size, steps, seed) for seed in seeds] for lr in rates
    ])  # fmt: skip
    validation = runs[:, :, 0].mean(axis=1)
    best = int(validation.argmax())
    return {
        "rates": rates,
        "validation": validation.round(4).tolist(),
        "rate": rates[best],
        "test": runs[best, :, 1].round(4).tolist(),
    }


def record(name, rows):
    """Keep the rows, and what they were computed with, in a file of this folder."""
    environment = {"python": platform.python_version(), "numpy": version("numpy"), "machine": platform.machine()}
    text = json.dumps({"environment": environment, "seeds": len(SEEDS), "rows": rows}, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
