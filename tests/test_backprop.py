"""The widget of backpropagation: three things light up together, lines run one by one, steps are taken by hand."""

import re
from urllib.parse import quote

import numpy as np
import pytest
from links import query
from shown import Shown

from nbcode import widgets as classes

# What is lit: the lines, their code, the numbers of the graph, the rows of the table.
LIT = """root => ({
  formula: [...root.querySelectorAll(".line[data-role=made] .formula")].map((part) => part.textContent),
  code: [...root.querySelectorAll(".line[data-role=made] code")].map((part) => part.textContent),
  graph: [...root.querySelectorAll(".plate[data-role=made]")].map((part) => part.parentNode.textContent),
  used: [...root.querySelectorAll(".plate[data-role=used]")].map((part) => part.parentNode.textContent),
  table: [...root.querySelectorAll(".entries tr[data-lit=true] th")].map((part) => part.textContent),
})"""
DELTA_1 = {
    "formula": ["δ₁ = ∂L/∂a₁ ⊙ σ′(z₁)"],
    "code": ["delta1 = da1 * a1 * (1 - a1)"],
    "graph": ["∂L/∂ of the weighted sum z₁−0.0071", "∂L/∂ of the weighted sum z₁−0.0083"],
    "used": ["output a₁0.542", "output a₁0.596", "∂L/∂ of the output a₁−0.0287", "∂L/∂ of the output a₁−0.0345"],
    "table": [],
}


@pytest.fixture
def backprop(static_page):
    widget = classes.Backprop(step=15)
    shown = Shown(static_page(widget), widget._schema)
    yield shown
    assert shown.visit.trouble == []


def test_formula_graph_and_code_light_up_together(backprop):
    lines = backprop.root.locator(".line")
    before = backprop.run(LIT)
    assert before["code"] == ["W1 -= lr * dW1  # and b1, W2, b2"] and len(before["table"]) == 9
    formula, code = (lines.nth(11).locator(part) for part in (".formula", "code"))
    gradient = backprop.root.locator(".number", has_text="of the weighted sum z₁").first
    for pointed in (formula, code, gradient):
        pointed.hover()
        assert backprop.run(LIT) == DELTA_1
        backprop.root.locator(".title").hover()
        assert backprop.run(LIT) == before
    gradient.click()
    assert backprop.settings()["step"] == 11
    assert backprop.run(LIT) == DELTA_1
    backprop.page.keyboard.press("Tab")
    lines.nth(11).locator("input").press("ArrowUp")
    assert backprop.settings()["step"] == 10
    assert backprop.run(LIT)["code"] == ["da1 = delta2 @ W2"]


def test_each_line_is_one_step_and_hides_what_comes_after(backprop):
    forward, back = backprop.root.get_by_role("button", name="Step ▶"), backprop.root.get_by_role("button", name="Back")
    backprop.follow("step=0")
    counts = []
    for step in range(16):
        assert backprop.settings()["step"] == step
        assert backprop.status.inner_text().startswith(f"Step {step} of 15, ")
        assert backprop.root.locator(".line[data-role=made] input").is_checked()
        counts.append(
            backprop.run("root => [...root.querySelectorAll('.number text')].filter((t) => t.textContent).length")
        )
        if step < 15:
            forward.click()
    assert counts == [12, 14, 16, 17, 18, 19, 20, 21, 23, 24, 26, 28, 32, 34, 36, 36]
    assert forward.is_disabled() and back.is_enabled()
    back.click()
    assert backprop.settings()["step"] == 14


def test_play_steps_to_the_end_and_any_other_move_stops_it(static_page):
    widget = classes.Backprop()
    shown = Shown(static_page(widget), widget._schema)
    shown.stop_the_clock()
    play = shown.root.locator("[name=play]")
    play.click()
    assert (shown.settings()["step"], play.inner_text()) == (1, "Pause")
    shown.page.clock.run_for(2500)
    assert shown.settings()["step"] == 3
    shown.root.get_by_role("button", name="Back").click()
    assert (shown.settings()["step"], play.inner_text()) == (2, "Play")
    play.click()
    play.click()
    shown.page.clock.run_for(10_000)
    assert shown.settings()["step"] == 3
    play.click()
    shown.page.clock.run_for(60_000)
    assert (shown.settings()["step"], play.inner_text()) == (15, "Play")


@pytest.mark.parametrize("bug", ["none", "slope 1 forgotten", "hidden"])
def test_steps_taken_by_hand_train_the_network(bug, backprop):
    python = classes.Backprop(step=15, bug=bug, lr=2.0)
    backprop.follow(f"lr=2&bug={quote(bug)}")
    names = list(python.settings())[list(python.settings()).index("W1_11") : -1]
    for button, steps in (("Take the step", 1), ("Take 100 steps", 100)):
        backprop.root.get_by_role("button", name=button).click()
        for _ in range(steps):
            for name, value in zip(names, python.readout()["updated"], strict=True):
                setattr(python, name, value)
    settings = backprop.settings()
    assert settings["updates"] == 101
    np.testing.assert_allclose([settings[name] for name in names], [getattr(python, name) for name in names], atol=1e-9)
    assert python.readout()["L"] < 0.01


def test_where_shapes_do_not_fit_the_pass_stops(backprop):
    backprop.follow(f"bug={quote('W2 transposed')}")
    for name in ("Take the step", "Take 100 steps"):
        assert backprop.root.get_by_role("button", name=name).is_disabled()
    shapes = backprop.root.locator(".line .shape").all_inner_texts()
    assert shapes == ["", *["(1, 2)"] * 2, *["(1, 1)"] * 2, "()", *["(1, 1)"] * 2, "(1, 2)", "(1,)", *["—"] * 5, ""]
    backprop.root.locator(".line").nth(10).click()
    assert "a row of 1 number meets a column of 2" in backprop.status.inner_text()


def test_the_chain_rule_for_one_number_is_its_gradient(backprop):
    for settings in backprop.drawn(10):
        backprop.follow(query(settings | {"bug": "none", "step": 15}))
        gradients = backprop.root.locator(".entries tr td:nth-child(3)").all_inner_texts()
        for row, gradient in zip(backprop.root.locator(".entries tbody tr").all(), gradients, strict=True):
            if gradient:  # y has none
                row.hover()
                whole = backprop.root.locator(".now .working").last.inner_text().removeprefix("= ")
                mantissa, ours = (re.split("·10", text) for text in (whole, gradient))
                assert float(mantissa[0].replace("−", "-")) == pytest.approx(float(ours[0].replace("−", "-")), rel=1e-3)
                assert mantissa[1:] == ours[1:]
