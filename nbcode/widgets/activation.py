"""Activation functions and their derivatives, and what a product of derivatives does over depth."""

from nbcode import activations
from nbcode.widgets.base import STATIC, Choice, Number, Widget

FUNCTIONS = ["step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu", "silu", "identity"]
GROUPS = {"f": "f, solid line ●", "g": "g, dashed line ■"}
FLAT = 0.05  # where |f'| is below this, the picture is striped
LAYERS = 20  # of the challenge


def options(role):
    """Make the controls of the parameters of f or g, each there while its function is chosen."""
    return [
        Number(1.0, 0.25, 20, 0.05, "steepness k", log=True, when={role: "sigmoid"}, group=GROUPS[role]),
        Number(0.1, 0, 2, 0.01, "slope α", when={role: "leaky_relu"}, group=GROUPS[role]),
        Number(1.0, 0.1, 3, 0.05, "height α", when={role: "elu"}, group=GROUPS[role]),
    ]


class Activation(Widget):
    """A function f and its derivative f', perhaps beside another, g; and the product of n derivatives.

    The product is f'(z)ⁿ: n layers with weight 1, all at the same z. ``leaky_relu`` with a slope that is learned
    is PReLU; ``sigmoid`` is sigmoid(kz). Where the slope is nearer to 0 than 0.05, the picture is striped.

    Examples
    --------
    >>> from nbcode.widgets import Activation
    >>> Activation(f="sigmoid", z=0, n=2).readout()["f"]
    {'value': 0.5, 'slope': 0.25, 'product': 0.0625, 'flat': False}
    """

    title = "A function, its derivative, and n of them in a row"
    _esm = STATIC / "activation.js"

    f = Choice("sigmoid", FUNCTIONS, "function", group=GROUPS["f"])
    f_k, f_slope, f_alpha = options("f")
    g = Choice("none", ["none", *FUNCTIONS], "function", group=GROUPS["g"])
    g_k, g_slope, g_alpha = options("g")
    z = Number(1.5, -6, 6, 0.05, "z")
    n = Number(10, 1, 50, 1, "layers n", whole=True)

    presets = {
        "sigmoid, tanh": {"f": "sigmoid", "f_k": 1.0, "g": "tanh"},
        "steep sigmoid, step": {"f": "sigmoid", "f_k": 15.0, "g": "step"},
        "relu, leaky_relu": {"f": "relu", "g": "leaky_relu", "g_slope": 0.1},
        "relu, elu": {"f": "relu", "g": "elu", "g_alpha": 1.0},
        "relu, softplus": {"f": "relu", "g": "softplus"},
        "relu, gelu": {"f": "relu", "g": "gelu"},
        "gelu, silu": {"f": "gelu", "g": "silu"},
    }
    challenges = {
        "survive": {
            "goal": f"A sigmoid, {LAYERS} layers: bring the product of the slopes between ½ and 2. "
            "Change anything but f and n.",
            "start": {"f": "sigmoid", "n": LAYERS},
        }
    }

    def side(self, role):
        """Return value, slope and product of f or g at z, and whether it is flat there."""
        name = getattr(self, role)
        if name == "none":
            return None
        options = {
            "leaky_relu": {"negative_slope": getattr(self, f"{role}_slope")},
            "elu": {"alpha": getattr(self, f"{role}_alpha")},
        }.get(name, {})
        k = getattr(self, f"{role}_k") if name == "sigmoid" else 1.0
        if name == "identity":
            value, slope = self.z, 1.0
        elif name == "step":  # flat everywhere but at the jump, where there is no derivative
            value, slope = float(activations.step(self.z)), 0.0 if self.z else None
        else:
            value = float(getattr(activations, name)(k * self.z, **options))
            slope = k * float(getattr(activations, f"{name}_grad")(k * self.z, **options))
        product = None if slope is None else slope**self.n
        return {"value": value, "slope": slope, "product": product, "flat": slope is not None and abs(slope) < FLAT}

    def readout(self):
        """Return both functions at z, max(αz, z) where f is leaky_relu, and whether the challenge is solved."""
        sides = {role: self.side(role) for role in "fg"}
        output = []
        for role, side in sides.items():
            if side:
                keys = ["value"] if getattr(self, role) == "step" else ["value", "slope", "product"]
                output += [side[key] for key in keys]
        maximum = max(self.f_slope * self.z, self.z) if self.f == "leaky_relu" else None
        product = sides["f"]["product"]
        solved = self.f == "sigmoid" and self.n == LAYERS and 0.5 <= product <= 2
        return {"output": output, **sides, "maximum": maximum, "solved": solved}
