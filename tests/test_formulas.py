"""Formulas that a reader types: read in Python as in the page, drawn, walked through, and their mistakes pointed at."""

import math
import random
from textwrap import indent

import pytest
from links import expression
from playwright.sync_api import expect
from shown import Shown

from nbcode.autograd import Value
from nbcode.widgets import ComputationGraph
from nbcode.widgets._expression import FUNCTIONS, LEAVES, LENGTH, NODES, Mistake, parse


@pytest.fixture(scope="module")
def page(visit):
    return visit("about:blank").page


# ---- read -------------------------------------------------------------------------------------------

# What cannot be read: a part of what is said, and the position it points at.
WRONG = {
    "": ("something is missing", 0),
    "   ": ("something is missing", 3),
    "w*": ("something is missing", 2),
    "(": ("something is missing", 1),
    "x**": ("something is missing", 3),
    "-": ("something is missing", 1),
    "max(a,": ("something is missing", 6),
    "+x": ('expected a number, a name, a function or "(", got "+"', 0),
    "w**x**": ("something is missing", 6),
    "w***x": ('got "*"', 3),
    "w * / x": ('got "/"', 4),
    "w--+x": ('got "+"', 3),
    "()": ('got ")"', 1),
    "exp()": ('got ")"', 4),
    "max(,b)": ('got ","', 4),
    "(w*x": ('a ")" is missing', 4),
    "((w*x) + b": ('a ")" is missing', 10),
    "exp(w b)": ('a ")" is missing', 6),
    "w*x)": ('no "(" for this ")"', 3),
    "w, x": ("a comma stands only in max(a, b)", 1),
    "exp(a, b)": ("exp takes no more than one number", 5),
    "max(a, b, c)": ("max takes no more than two numbers", 8),
    "max(a)": ("max takes two numbers", 5),
    "exp x": ('exp needs a "("', 4),
    "w + log": ('log needs a "("', 7),
    "2x": ('an operator is missing before "x"', 1),
    "w x": ('an operator is missing before "x"', 2),
    "w(x + 1)": ('an operator is missing before "("', 1),
    "1.2.3": ('an operator is missing before ".3"', 3),
    "1e5": ('an operator is missing before "e5"', 1),
    "wx + b": ('"wx" is no name and no function', 0),
    "a + sin(x)": ('"sin" is no name and no function', 4),
    "x12": ('"x12" is no name and no function', 0),
    "Exp(x)": ('"Exp" is no name and no function', 0),
    "__proto__": ('"_" is not used here', 0),
    "constructor": ('"constructor" is no name and no function', 0),
    "w^2": ("a power is written **", 1),
    "y = w*x": ("only what stands right of it", 2),
    "x.data": ('"." is not used here', 1),
    "x; y": ('";" is not used here', 1),
    "[x]": ('"[" is not used here', 0),
    "x\ty": ('"\t" is not used here', 1),
    "Σ": ('"Σ" is not used here', 0),
    "x + 😀": ('"😀" is not used here', 4),
    "x²": ('"²" is not used here', 1),
    "٣*x": ('"٣" is not used here', 0),
    "é": ('"é" is not used here', 0),
    "a*b*c*d*e*f*g": (f"more than {LEAVES} names", 12),
    "x" + "*x" * 29 + "*": (f"more than {NODES} nodes", 47),
    "+".join(["1"] * 13): (f"more than {NODES} nodes", 23),
    "x" * (LENGTH + 1): (f"longer than {LENGTH} characters", LENGTH),
    "😀" * (LENGTH + 1): (f"longer than {LENGTH} characters", LENGTH),
}

# What can be read, and what Python makes of it where all names are 2.
RIGHT = {
    "x": 2,
    "-3": -3,
    "--3": 3,
    "-x**2": -4,
    "(-x)**2": 4,
    "-2**2": -4,
    "2**-1": 0.5,
    "2**3**2": 512,
    "(2**3)**2": 64,
    "x**x**-1": math.sqrt(2),
    "8/2/2": 2,
    "8 - 3 - 2": 3,
    "2*-x": -4,
    "1 - -x": 3,
    ".5*x + 1.": 2,
    "max(x, -w)": 2,
    "x₁ − w·3": -4,
    "2×x": 4,
    "relu(-x) + relu(x)": 2,
    "log(exp(x))": 2,
    "((((((x))))))": 2,
    "x" + "*x" * 22: 2**23,
    " x ": 2,
    "x\u00a0+ 1": 3,
}

MISTAKES = """async ([source, texts]) => {
  const { mistake } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return texts.map((text) => {
    try { return mistake(text); } catch (error) { return String(error); }
  });
}"""


def pointed_at(text):
    """Return what is wrong with a text, as the page returns it."""
    try:
        parse(text)
    except Mistake as mistake:
        return {"message": mistake.words, "position": mistake.position}


def in_the_page(page, texts):
    return page.evaluate(MISTAKES, [str(ComputationGraph._esm), texts])


def test_a_mistake_is_pointed_at_with_the_same_words_in_python_and_in_the_page(page):
    for text, shown in zip(WRONG, in_the_page(page, list(WRONG)), strict=True):
        part, position = WRONG[text]
        assert pointed_at(text) == shown
        assert part in shown["message"] and shown["position"] == position, text
    with pytest.raises(ValueError, match=r"ComputationGraph.expression: a .* \(at the end\)\n  \(w\*x\n      \^$"):
        ComputationGraph(expression="(w*x")


def test_leaves_can_be_named_and_what_does_not_fit_is_refused():
    graph = ComputationGraph(values={"x": 5}, expression="w*x + b", nudge=None)
    assert (graph.values, graph.nudge) == ([1.0, 5.0, 1.0], "")
    graph.values = {"b": -1}
    assert graph.readout()["values"] == [1.0, 1.0, -1.0]
    for name, wrong, said in [
        ("values", {"q": 1}, r"must name leaves of w\*x \+ b, which are w, x, b; got 'q'"),
        ("values", [11], "1 to 6 numbers from -10 to 10, got"),
        ("values", [1] * 7, "1 to 6 numbers from -10 to 10, got"),
        ("values", [math.nan], "1 to 6 numbers from -10 to 10, got"),
        ("expression", 3, "must be a formula of names, .*, got 3"),
        ("nudge", "wx", "must be a letter, or a letter and a digit, or nothing, got 'wx'"),
    ]:
        with pytest.raises(ValueError, match=f"^ComputationGraph.{name} .*{said}"):
            setattr(graph, name, wrong)


def test_what_can_be_read_means_what_python_means(page):
    assert in_the_page(page, list(RIGHT)) == [None] * len(RIGHT)
    for text, value in RIGHT.items():
        graph = ComputationGraph(expression=text, values=[2.0] * LEAVES)
        assert graph.readout()["output"][0] == pytest.approx(value), text


def random_texts(count, seed=0):
    """Give texts of all kinds: letters at random, pieces of formulas, formulas with a letter changed."""
    rng = random.Random(seed)
    pieces = ["x", "w1", "2", ".5", "**", "max(", ",", *"+-*/()", " ", "^", "=", "−", "₁", "😀", "e", "\n", *FUNCTIONS]
    for _ in range(count):
        match rng.choice(["any", "pieces", "changed", "whole"]):
            case "any":
                yield "".join(
                    chr(rng.choice([rng.randint(0, 127), rng.randint(0, 0xD7FF)])) for _ in range(rng.randint(0, 12))
                )
            case "pieces":
                yield "".join(rng.choice(pieces) for _ in range(rng.randint(0, 20)))
            case "changed":
                text = list(expression(rng))
                text[rng.randrange(len(text))] = rng.choice(["", *pieces])
                yield "".join(text)
            case "whole":
                yield expression(rng)


def test_of_any_text_python_and_the_page_say_the_same(page):
    texts = list(random_texts(20_000))
    said = list(map(pointed_at, texts))
    differ = [pair for pair in zip(texts, said, in_the_page(page, texts), strict=True) if pair[1] != pair[2]]
    assert differ == []
    readable = said.count(None) / len(texts)
    assert 0.1 < readable < 0.9, "one kind is hardly tried"


WALK = """async ([source, texts]) => {
  const { lines, parse } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return texts.map((text) => {
    const nodes = parse(text);
    const indices = nodes.map((_, i) => i);
    const forward = indices.filter((i) => nodes[i].op).flatMap((i) => lines(nodes, i, false));
    const graded = indices.reverse().filter((i) => nodes[i].op || nodes[i].name);
    const backward = graded.flatMap((i) => lines(nodes, i, true));
    return [...forward, ...backward];
  });
}"""


def test_the_lines_of_the_walk_are_python_that_computes_the_gradients(page):
    rng = random.Random(0)
    texts = [text for text in (expression(rng) for _ in range(400)) if len(text) <= LENGTH]
    tried = 0
    for text, lines in zip(texts, page.evaluate(WALK, [str(ComputationGraph._esm), texts]), strict=True):
        graph = ComputationGraph(expression=text, values=[rng.uniform(0.5, 2) for _ in range(LEAVES)])
        out = graph.readout()
        numbers = [number for node in out["nodes"] for number in (node["data"], node["grad"], *node["local"])]
        if not (all(map(math.isfinite, numbers)) and out["nodes"][-1]["op"]):
            continue  # plain Python raises errors there, and a leaf alone has no walk
        names = {name: Value(value) for name, value in zip(out["leaves"], out["values"], strict=True)}
        leaves = list(names.values())
        exec("\n".join(lines), {"math": math, "Value": Value}, names)
        assert [leaf.grad for leaf in leaves] == pytest.approx(out["output"][1:]), (
            f"{text}\n{indent(chr(10).join(lines), '  ')}"
        )
        tried += 1
    assert tried > 150


LAYOUT = """async ([source, texts]) => {
  const { arrange, parse } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return texts.map((text) => {
    const { crossings, nodes, edges } = arrange(parse(text).map(({ parents }) => parents));
    const places = (stops) => stops.map(({ layer, at }) => [layer, at]);
    const ways = edges.map(({ from, to, stops }) => ({ from, to, stops: places(stops) }));
    return { crossings, nodes: places(nodes), edges: ways };
  });
}"""


def test_a_graph_is_laid_out_with_room_for_each_node_and_edge(page):
    rng = random.Random(1)
    trees = ["(w*x + b)**2", "(sigmoid(w*x + b) - y)**2 / 2", "log(exp(a) + exp(b))", "a*b + c*d + max(e, f)"]
    texts = [*trees, *(text for text in (expression(rng, 4) for _ in range(300)) if len(text) <= LENGTH)]
    texts = [text for text in texts if pointed_at(text) is None]
    for text, drawn in zip(texts, page.evaluate(LAYOUT, [str(ComputationGraph._esm), texts]), strict=True):
        nodes = parse(text)
        for index, node in enumerate(nodes):
            assert all(drawn["nodes"][parent][0] < drawn["nodes"][index][0] for parent in node.parents), text
        assert sorted((edge["from"], edge["to"]) for edge in drawn["edges"]) == sorted(
            (parent, index) for index, node in enumerate(nodes) for parent in node.parents
        )
        spots = [(*place, 1) for place in drawn["nodes"]]
        for edge in drawn["edges"]:
            assert [layer for layer, _ in edge["stops"]] == list(range(edge["stops"][0][0], edge["stops"][-1][0] + 1))
            spots += [(*stop, 0.5) for stop in edge["stops"][1:-1]]
        for layer in {spot[0] for spot in spots}:
            row = sorted(spot[1:] for spot in spots if spot[0] == layer)
            for (at, width), (beyond, other) in zip(row, row[1:], strict=False):
                assert beyond - at >= (width + other) / 2 - 1e-9, text
        if text in trees:
            assert drawn["crossings"] == 0, text


# ---- typed ------------------------------------------------------------------------------------------


@pytest.fixture
def graph(static_page):
    """Return a function that shows a ComputationGraph on a page of its own."""
    opened = []

    def show(**params):
        widget = ComputationGraph(**params)
        opened.append(Shown(static_page(widget), widget._schema))
        return opened[-1]

    yield show
    assert [trouble for shown in opened for trouble in shown.visit.trouble] == []


def test_what_is_wrong_with_a_formula_is_pointed_at_while_the_last_good_graph_stays(graph):
    shown = graph(step=9)
    field, mistake = shown.root.get_by_role("textbox", name="formula"), shown.root.locator(".mistake")
    boxes = shown.root.locator(".node")
    assert (boxes.count(), mistake.is_visible()) == (6, False)
    field.fill("(w*x + b)**2 + v)")
    text, caret = mistake.locator("code").text_content().split("\n")
    assert text[caret.index("^") :] == ")"
    assert 'no "(" for this ")" (character 17)' in mistake.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    shown.root.get_by_role("slider", name="w", exact=True).press("ArrowRight")
    assert shown.settings() == shown.initial | {"values": [3.1, 2.0, -4.0]}
    assert (boxes.count(), field.input_value()) == (6, "(w*x + b)**2 + v)"), "another control has thrown it away"
    field.press("End")
    field.press("Backspace")
    assert (boxes.count(), mistake.is_visible()) == (8, False)
    assert shown.settings()["values"] == [3.1, 2.0, -4.0, 1.0]
    field.fill("w*")
    shown.root.get_by_role("button", name="Reset").click()
    assert (field.input_value(), mistake.is_visible()) == ("(w*x + b)**2", False)
    field.fill("")
    shown.root.get_by_role("button", name="a square").click()
    assert (field.input_value(), mistake.is_visible()) == ("(w*x + b)**2", False)


def test_a_leaf_keeps_its_number_and_a_finished_walk_its_end_when_the_formula_changes(graph):
    shown = graph(step=9, nudge="x")
    field = shown.root.get_by_role("textbox", name="formula")
    field.fill("b*y + x")
    wanted = {"expression": "b*y + x", "values": [-4.0, 1.0, 2.0], "step": 7, "nudge": "x"}
    assert shown.settings() == shown.initial | wanted
    field.fill("b*y")
    assert shown.settings() == shown.initial | {"expression": "b*y", "values": [-4.0, 1.0], "step": 4, "nudge": ""}


def test_the_walk_plays_pauses_and_stops_at_its_end(graph):
    shown = graph(step=7)
    shown.stop_the_clock()
    play = shown.root.locator("[name=play]")
    seen = []
    play.press("Enter")
    for _ in range(3):
        seen.append((shown.settings()["step"], play.inner_text()))
        shown.page.clock.run_for(1200)
    assert seen == [(8, "Pause"), (9, "Play"), (9, "Play")]
    play.press("Enter")
    shown.page.clock.run_for(1200)
    assert (shown.settings()["step"], play.inner_text()) == (1, "Pause"), "from the start again"
    play.press("Enter")
    shown.page.clock.run_for(5000)
    assert (shown.settings()["step"], play.inner_text()) == (1, "Play")
    play.press("Enter")
    shown.root.get_by_role("slider", name="w", exact=True).press("ArrowRight")
    shown.page.clock.run_for(5000)
    assert (shown.settings()["step"], play.inner_text()) == (2, "Play"), "who turns something else has stopped it"


def test_a_click_on_a_node_goes_to_its_step(graph):
    shown = graph(expression="exp(a) + exp(b)", step=3)
    boxes = shown.root.locator(".node")
    boxes.nth(2).click()
    assert shown.settings()["step"] == 1
    expect(boxes.nth(2)).to_contain_class("current")
    shown.root.locator("[name=all]").click()
    boxes.nth(3).click()
    assert shown.settings()["step"] == 5
    expect(boxes.nth(3)).to_contain_class("current back")


def test_the_graph_fits_a_phone_and_turns_when_the_page_does(graph):
    shown = graph(expression="(sigmoid(w*x + b) - y)**2 / 2")
    places = "root => [...root.querySelectorAll('.node')].map((node) => node.getBoundingClientRect().left)"
    wide = shown.run(places)
    shown.page.set_viewport_size({"width": 360, "height": 740})
    shown.page.wait_for_function(
        f"([id, wide]) => String(({places})(document.getElementById(id))) !== wide && innerWidth === 360",
        arg=[shown.id, str(wide)],
    )
    size = shown.run("root => [root.querySelector('.graph').scrollWidth, root.querySelector('.graph').clientWidth]")
    assert size[0] <= size[1]
    tall = shown.run("root => root.querySelector('.graph svg').getBoundingClientRect()")
    assert tall["height"] > tall["width"]
