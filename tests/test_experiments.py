"""A small part of each recorded experiment, computed again."""

import json
from functools import partial

import numpy as np
import pytest

from experiments import batch_size, digits, race
from nbcode.optim import SGD


def recorded(name):
    return json.loads((digits.FOLDER / f"{name}.json").read_text(encoding="utf-8"))["rows"]


SHORT = [row for row in recorded("batch_size") if row["steps"] <= batch_size.STEPS]  # the others take seconds


@pytest.mark.parametrize("row", SHORT, ids=lambda row: f"{row['batch_size']}-{row['equal']}")
def test_a_batch_size_reads_as_many_digits_as_recorded(row):
    for seed in (0, 9):
        _, share = digits.learn(partial(SGD, lr=row["rate"]), row["batch_size"], row["steps"], seed)
        assert share == pytest.approx(row["test"][seed], abs=1.5 / digits.PARTS[2])  # one digit is forgiven


@pytest.mark.parametrize("row", recorded("race"), ids=lambda row: f"{row['optimizer']}-{row['epochs']}")
def test_an_optimizer_reads_as_many_digits_as_recorded(row):
    make, _ = race.OPTIMIZERS[row["optimizer"]]
    steps = row["epochs"] * digits.PARTS[0] // race.BATCH_SIZE
    _, share = digits.learn(partial(make, lr=row["rate"]), race.BATCH_SIZE, steps, 3)
    assert share == pytest.approx(row["test"][3], abs=1.5 / digits.PARTS[2])


def test_records_are_whole():
    rows = recorded("batch_size")
    assert {(row["equal"], row["batch_size"]) for row in rows} == {
        (equal, size) for equal in ("epochs", "steps") for size in batch_size.BATCH_SIZES
    }
    assert {(row["optimizer"], row["epochs"]) for row in recorded("race")} == {
        (name, epochs) for name in race.OPTIMIZERS for epochs in race.LENGTHS
    }
    for row in rows + recorded("race"):
        best = row["rates"].index(row["rate"])
        assert np.argmax(row["validation"]) == best
        assert 0 < best < len(row["rates"]) - 1, "the best rate lies at the edge of those tried"
        assert len(row["test"]) == len(digits.SEEDS)


def test_the_rate_with_the_best_validation_is_chosen():
    tuned = digits.tune(SGD, [0.003, 1.0], 64, 64, seeds=range(2))
    assert tuned["rate"] == 1.0
    assert tuned["validation"][0] < 0.5 < tuned["validation"][1]
    assert len(tuned["test"]) == 2
