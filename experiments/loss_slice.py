"""The loss of a real network on a plane through its trained weights: what Descent shows as its landscape "network".

A network 64-16-10 (ReLU) learns all 1,797 digits of 8 × 8 pixels by 400 full-batch steps of Adam. Two random
directions go through its weights. As in Li et al. (2018), each is normalised filter by filter: the part that belongs
to the weights of one neuron gets their length; biases stay as they are. A step of 1 on the map is one of SCALE along
such a direction: the map's edges, at ±2, are ±1 in the units of that paper.

    python -m experiments.loss_slice    (12 s on two cores) writes nbcode/widgets/loss_slice.json

H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein (2018), "Visualizing the loss landscape of neural nets", NeurIPS.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from nbcode.activations import ReLU
from nbcode.data import digits8x8
from nbcode.layers import Linear, Sequential
from nbcode.losses import CrossEntropyLoss
from nbcode.optim import Adam
from nbcode.widgets._landscapes import grid_loss

RECORD = Path(__file__).parents[1] / "nbcode" / "widgets" / "loss_slice.json"
SEED = 2
STEPS = 400
SCALE = 0.5
EDGE, SPACING = 2.625, 0.125  # the grid goes beyond the map


def train(X, y):
    """Return the trained network."""
    rng = np.random.default_rng(SEED)
    model, loss = Sequential(Linear(64, 16, rng=rng), ReLU(), Linear(16, 10, rng=rng)), CrossEntropyLoss()
    optimizer = Adam(model.parameters(), lr=0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(model(X), y)
        model.backward(loss.backward())
        optimizer.step()
    return model


def direction(model, rng):
    """Return a random direction in the space of the weights, normalised filter by filter."""
    parts = []
    for parameter in model.parameters():
        w = parameter.data
        d = rng.standard_normal(w.shape)
        if w.ndim == 1:
            parts.append(np.zeros_like(w))
        else:
            parts.append(d * np.linalg.norm(w, axis=1, keepdims=True) / np.linalg.norm(d, axis=1, keepdims=True))
    return parts


def losses_at(points):
    """Train the network, and return its loss at points (x, y) of the map."""
    X, y = digits8x8(flat=True)
    X = X.astype(np.float64)
    model, loss = train(X, y), CrossEntropyLoss()
    rng = np.random.default_rng(SEED + 1)
    along_x, along_y = direction(model, rng), direction(model, rng)
    weights = [parameter.data.copy() for parameter in model.parameters()]
    out = []
    for px, py in points:
        for parameter, w, dx, dy in zip(model.parameters(), weights, along_x, along_y, strict=True):
            parameter.data[...] = w + SCALE * (px * dx + py * dy)
        out.append(float(loss(model(X), y)))
    return out


def main():
    """Record the loss on the grid, row by row from below."""
    count = round(2 * EDGE / SPACING) + 1
    places = np.linspace(-EDGE, EDGE, count)
    losses = losses_at([(px, py) for py in places for px in places])
    rows = [[float(f"{v:.4g}") for v in losses[i * count : (i + 1) * count]] for i in range(count)]
    surface = grid_loss(rows, EDGE)
    fine = np.stack(np.meshgrid(*[np.linspace(-2, 2, 401)] * 2), axis=-1).reshape(-1, 2)
    lowest = fine[surface.value(*fine.T).argmin()]
    lowest = minimize(lambda w: surface.value(*w), lowest, method="Nelder-Mead", tol=1e-10).x
    record = {"edge": EDGE, "minimum": [round(v, 7) for v in lowest.tolist()], "losses": rows}
    RECORD.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
