"""What the page computes and what Python computes are the same numbers."""

import math

import numpy as np
import pytest
from built import ROOT
from links import draw

from experiments.loss_slice import losses_at
from nbcode import widgets
from nbcode.check import numerical_gradient
from nbcode.rng import Sfc32
from nbcode.widgets.descent import OPTIMIZERS, RATES, SLICE, SURFACES, batch_noise, best_rate, descend, largest_rate
from nbcode.widgets.predict import COLUMNS

COUNT = 1000
WITHIN = 1e-9

# The classes that can't be made without arguments, once for each kind of widget they make.
ARGUMENTS = {
    "Predict": [
        {"question": "?", "because": "!", "answer": 2, "choices": ["a", "b", "c", "d"]},
        {"question": "?", "because": "!", "answer": 14, "within": 1},
        {
            "question": "?",
            "because": "!",
            "answer": [i / 20 for i in range(COLUMNS)],
            "within": 5e5,
            "y": (-1e6, 1e6),
        },
    ]
}

COMPUTE = """async ([source, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { readout } = await import(url);
  return cases.map(([schema, settings]) => {
    try { return readout(settings, schema); } catch (error) { return String(error); }
  });
}"""

DRAWN = """async ([source, seed, count]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { sfc32 } = await import(url);
  return ["random", "normal"].map((name) => {
    const rng = sfc32(seed);
    return Array.from({ length: count }, () => rng[name]());
  });
}"""


@pytest.fixture(scope="module")
def page(visit):
    return visit("about:blank").page


def agree(python, page):
    """Tell whether two readouts are the same, up to the last digits of their numbers."""
    match python:
        case None | bool() | str():
            return page is python or (isinstance(python, str) and page == python)
        case int() | float():
            if not isinstance(page, int | float) or isinstance(page, bool):
                return False
            both_none = math.isnan(page) and math.isnan(python)
            return both_none or math.isclose(page, python, rel_tol=WITHIN, abs_tol=WITHIN)
        case list():
            return isinstance(page, list) and len(page) == len(python) and all(map(agree, python, page))
        case dict():
            return (
                isinstance(page, dict) and page.keys() == python.keys() and all(agree(python[k], page[k]) for k in page)
            )
    raise TypeError(f"a readout holds {python!r}")


def cases(name):
    """Give pairs of a widget of a class and random settings it takes."""
    made = [getattr(widgets, name)(**arguments) for arguments in ARGUMENTS.get(name, [{}])]
    for number, widget in enumerate(made):
        for settings in draw(widget._schema["params"], -(-COUNT // len(made)), seed=number):
            yield widget, settings


def readout(widget, settings):
    """Set a widget, and return the numbers it shows."""
    for key, setting in settings.items():
        setattr(widget, key, setting)
    return widget.readout()


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_page_computes_what_python_computes(name, page):
    drawn = list(cases(name))
    source = str(getattr(widgets, name)._esm)
    shown = page.evaluate(COMPUTE, [source, [[widget._schema, settings] for widget, settings in drawn]])
    wrong = []
    for (widget, settings), result in zip(drawn, shown, strict=True):
        if not agree(expected := readout(widget, settings), result):
            wrong.append(f"{settings}\n  Python: {expected}\n  page:   {result}")
    assert not wrong, f"{len(wrong)} of {len(drawn)} differ, the first at {wrong[0]}"


def test_the_page_draws_the_numbers_that_python_draws(page):
    source = (ROOT / "nbcode/widgets/js/shared/rng.js").read_text(encoding="utf-8")
    for seed in (0, 1, 12345, 2**32 - 1):
        uniform, normal = page.evaluate(DRAWN, [source, seed, COUNT])
        assert uniform == Sfc32(seed).random(COUNT).tolist()
        np.testing.assert_allclose(normal, Sfc32(seed).standard_normal(COUNT), rtol=0, atol=1e-13)


def test_ties_are_among_the_settings():
    """At z = 0, ≥ and > part, and so would two ways of computing z."""
    ties = [0 in readout(widget, settings)["z"] for widget, settings in cases("Decision")]
    assert sum(ties) > COUNT / 20


def test_the_worked_network_has_the_right_numbers():
    out = widgets.Backprop().readout()
    expected = {  # with the decimals they are given to
        "z1": ([0.17, 0.39], 9),
        "a1": ([0.5424, 0.5963], 4),
        "z2": ([0.92897], 5),
        "a2": ([0.71687], 5),
        "L": ([0.040082], 6),
        "delta2": ([-0.057467], 6),
        "delta1": ([-0.0071318, -0.0083005], 7),
        "updated": (
            [0.1003566, 0.2000713, 0.3004150, 0.4000830, 0.1007132, 0.2008300, 0.503117, 0.603427, 0.305747],
            6,
        ),
    }
    for name, (numbers, decimals) in expected.items():
        np.testing.assert_allclose(np.ravel(out[name]), numbers, rtol=0, atol=0.5001 * 10**-decimals, err_msg=name)


def test_no_bug_of_the_worked_network_escapes_the_differences_and_most_escape_the_loss():
    out = widgets.Backprop().readout()
    none, *bugs = out["verdicts"].values()
    assert none["fits"] and none["differ"] == 0 and none["after"] < out["L"]
    assert [bug["fits"] for bug in bugs].count(False) == 1
    assert all(bug["differ"] for bug in bugs if bug["fits"])
    assert sum(bug["after"] < out["L"] for bug in bugs if bug["fits"]) == 7


def test_without_a_bug_no_gradient_differs_from_the_measured_one():
    wrong = [
        settings for widget, settings in cases("Backprop") if readout(widget, settings | {"bug": "none"})["differ"]
    ]
    assert wrong == []


# ---- the landscapes of Descent ----------------------------------------------------------------------


@pytest.mark.parametrize("name", SURFACES)
def test_a_landscape_has_its_gradient_and_is_lowest_where_it_says(name):
    surface = SURFACES[name]
    for x, y in np.random.default_rng(0).uniform(-2, 2, (20, 2)):
        numerical = numerical_gradient(lambda w: surface.value(*w), [x, y])  # noqa: B023
        np.testing.assert_allclose(surface.gradient(x, y), numerical, rtol=1e-5, atol=1e-5)
    fine = np.linspace(-2, 2, 161)
    lowest = surface.value(*np.meshgrid(fine, fine)).min()
    for x, y in surface.minima:
        assert surface.value(x, y) <= lowest
        np.testing.assert_allclose(surface.gradient(x, y), 0, atol=1e-6)
        if surface.curvatures:
            hessian = [numerical_gradient(lambda w: surface.gradient(*w)[i], [x, y]) for i in (0, 1)]  # noqa: B023
            np.testing.assert_allclose(np.linalg.eigvalsh(hessian), surface.curvatures, rtol=1e-6)


@pytest.mark.parametrize("optimizer", ["SGD", "momentum", "Nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("name", [name for name in SURFACES if SURFACES[name].quadratic])
def test_below_the_largest_rate_a_quadratic_converges_and_above_it_runs_away(name, optimizer, momentum):
    surface = SURFACES[name]
    largest = largest_rate(surface, optimizer, momentum)
    ends = descend(surface, optimizer, (-1.8, 1.2), [0.98 * largest, 1.02 * largest], momentum, steps=1000)[-1]
    before, (below, above) = surface.value(-1.8, 1.2), surface.value(*ends.T)
    assert below < before / 1e6
    assert above > before * 1e6


def test_a_walk_that_jumps_about_ends_in_the_same_place_on_the_page(page):
    """Such a walk makes a last digit that differs into a first one within 200 steps."""
    adam = {"optimizer": "Adam", "step": 200}
    settings = [
        adam | {"surface": "many minima", "noise": 0.25, "seed": 48, "x": -1.71, "y": 0.46, "lr": 1.9},
        adam | {"surface": "many minima", "noise": 0.75, "seed": 28, "x": 0.23, "y": 0.5, "lr": 2.4},
        adam | {"surface": "saddle", "noise": 0.7, "seed": 33, "x": 1.4, "y": 1.72, "lr": 3.7},
    ]
    made = [widgets.Descent(**setting) for setting in settings]
    cases = [[widget._schema, widget.settings()] for widget in made]
    for widget, shown in zip(made, page.evaluate(COMPUTE, [str(widgets.Descent._esm), cases]), strict=True):
        assert widget.readout()["output"] == shown["output"]


@pytest.mark.parametrize("optimizer", ["RMSprop", "Adam"])
def test_no_largest_rate_is_claimed_where_none_is_known(optimizer):
    assert all(largest_rate(surface, optimizer, 0.9) is None for surface in SURFACES.values())


def test_many_rates_at_once_walk_as_one_by_one():
    noise = batch_noise(0.5, seed=3)
    for name, surface in SURFACES.items():
        for optimizer in OPTIMIZERS:
            together = descend(surface, optimizer, (1.1, -0.7), [0.001, 0.01], 0.8, 30, noise)
            alone = [descend(surface, optimizer, (1.1, -0.7), lr, 0.8, 30, noise) for lr in (0.001, 0.01)]
            np.testing.assert_array_equal(together, np.stack(alone, axis=1), err_msg=f"{name}, {optimizer}")


def test_the_best_rate_is_better_than_those_beside_it():
    surface, start = SURFACES["ravine"], (-1.8, 1.2)
    for optimizer in OPTIMIZERS:
        best = RATES.index(best_rate(surface, optimizer, start, 0.9))
        ends = [descend(surface, optimizer, start, RATES[i], 0.9, 100)[-1] for i in (best - 1, best, best + 1)]
        losses = [surface.value(*end) for end in ends]
        assert losses[1] == min(losses)


def test_the_noise_has_the_standard_deviation_it_says():
    noise = np.concatenate([batch_noise(0.5, seed) for seed in range(50)])
    np.testing.assert_allclose(noise.std(axis=0), 0.5, rtol=0.03)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.02)


def test_the_slice_is_that_of_the_network():
    places = np.linspace(-SLICE["edge"], SLICE["edge"], len(SLICE["losses"]))
    on_the_grid = [(0, 0), (21, 21), (30, 12), (10, 35), (42, 42)]
    between = [(0.31, -0.17), (1.03, 0.9), (-1.47, 1.22)]
    losses = losses_at([*((places[i], places[j]) for j, i in on_the_grid), *between])
    np.testing.assert_allclose([SLICE["losses"][j][i] for j, i in on_the_grid], losses[:5], rtol=1e-3)
    np.testing.assert_allclose(SURFACES["network"].value(*np.transpose(between)), losses[5:], atol=0.01)
