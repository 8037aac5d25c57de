"""Random settings of a widget, and how a link writes them: what the page has to read, said a second time."""

import math
import random
from urllib.parse import parse_qsl, quote

from nbcode.widgets._expression import LENGTH


def number(rng, how, low, high):
    if how == "limits":
        return float(rng.choice([low, high, min(max(low, 0), high)]))
    if how == "halves":  # exact in binary: a sum of such that should be 0 is 0, so ties are met
        return rng.randint(math.ceil(2 * low), math.floor(2 * high)) / 2
    return rng.uniform(low, high)


NAMES = ["a", "b", "w", "x", "y", "x1"]


def expression(rng, depth=3):
    """Draw a formula."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*NAMES, *NAMES, "2", "0.5", "3"])
    a, b = expression(rng, depth - 1), expression(rng, depth - 1)
    name = rng.choice(["exp", "log", "tanh", "sigmoid", "relu"])
    shapes = [f"({a} + {b})", f"({a} - {b})", f"{a}*{b}", f"{a}/({b})", f"({a})**2", f"-{a}", f"{name}({a})"]
    return rng.choice([*shapes, f"max({a}, {b})", f"({a})**{b}" if depth == 1 else a])


def one(rng, how, param):
    """Draw the value of one parameter."""
    limits = param.get("low"), param.get("high")
    match param["kind"]:
        case "number":
            drawn = number(rng, how, *limits)
            return round(drawn) if param["whole"] else drawn
        case "toggle":
            return rng.random() < 0.5
        case "choice":
            return rng.choice(param["options"])
        case "points":
            count = param["most"] if how == "limits" else rng.randint(1, param["most"])
            return [[number(rng, how, *limits), number(rng, how, *limits), rng.randint(0, 1)] for _ in range(count)]
        case "numbers":
            count = rng.choice([0, rng.randint(param["least"], param["length"])])
            return [number(rng, how, *limits) for _ in range(count)]
        case "expression":
            drawn = expression(rng)
            while len(drawn) > LENGTH:
                drawn = expression(rng)
            return drawn
        case "name":
            return rng.choice(["", *NAMES])


def draw(params, count, seed=0):
    """Draw settings: a half of them anywhere, the others of halves, or at the limits."""
    rng = random.Random(seed)
    for _ in range(count):
        how = rng.choice(["anywhere", "anywhere", "halves", "limits"])
        yield {key: one(rng, how, param) for key, param in params.items()}


def text(value):
    """Write one value as a link does."""
    match value:
        case bool():
            return str(int(value))
        case [[*_], *_]:
            return ";".join(map(text, value))
        case [*numbers]:
            return ",".join(map(text, numbers))
        case _:
            return str(value)


def query(settings):
    """Write settings as the query of a link."""
    return "&".join(f"{key}={quote(text(value))}" for key, value in settings.items())


def value(param, text):
    """Read one value as a link has it."""
    match param["kind"]:
        case "number":
            return float(text)
        case "toggle":
            return {"0": False, "1": True}[text]
        case "choice" | "expression" | "name":
            return text
        case "points":
            points = [point.split(",") for point in text.split(";")]
            return [[float(x1), float(x2), int(label)] for x1, x2, label in points]
        case "numbers":
            return [float(item) for item in text.split(",") if item]


def read(schema, address):
    """Return all settings of a widget that has this address."""
    _, _, link = address.partition("?")
    changed = parse_qsl(link, keep_blank_values=True, strict_parsing=bool(link))
    return schema["initial"] | {key: value(schema["params"][key], text) for key, text in changed}
