"""Every widget on the pages of the built book, as a reader meets it."""

import re
from functools import cache
from itertools import cycle
from urllib.parse import quote

import numpy as np
import pytest
from built import PAGES, ROOT, widgets
from links import query
from playwright.sync_api import expect
from shown import Shown

from nbcode import plotting
from nbcode import widgets as classes
from nbcode.widgets._expression import LENGTH

DESK = {"width": 1280, "height": 1000}
INSTANCES = [(page, schema) for page in PAGES for schema in widgets(page)]
FREE_POINTS = [(page, schema) for page, schema in INSTANCES if schema["widget"] == "Neuron" and schema["presets"]]
HOPELESS = [(page, schema) for page, schema in INSTANCES if "patience" in schema["challenge"]]
QUESTIONS = [(page, schema) for page, schema in INSTANCES if "question" in schema]

WITHOUT_CODE = {"Predict"}  # there is nothing to compute

# What solves each challenge; None where nothing does.
SOLUTIONS = {
    ("Cells", "sixteen"): {"runs": 12223},
    ("Activation", "survive"): {"f_k": 4.0, "z": 0.0},
    ("Approximation", "sine"): {
        "kinks": [-0.6, -0.28, 0.28, 0.6, 0.8, 0.9, 0.95],
        "heights": [0.0, -1.02, -0.84, 0.84, 1.02, 0.0, 0.0, 0.0, 0.0],
    },
    ("ComputationGraph", "flat"): {"values": [1.0, -2.0]},
    ("ComputationGraph", "seven"): {"expression": "x*x*x - 5*x"},
    ("Backprop", "asleep"): {"W2_1": 0.0},
    ("Backprop", "which"): {"guess": "W2 updated too early"},
    ("CrossEntropy", "infinite"): {"q": [0.5, 0.5, 0.0]},
    ("Decision", "majority"): {"w1": 1.0, "w2": 1.0, "w3": 1.0, "b": -1.5},
    ("Decision", "weather-and-one"): {"w1": 2.0, "w2": 1.0, "w3": 1.0, "b": -2.5},
    ("Descent", "ravine"): {"optimizer": "momentum", "momentum": 0.57, "lr": 0.307},
    ("Descent", "beat-adam"): {"surface": "valley", "lr": 1.0},
    ("FitLine", "turn"): {"points": [*classes.FitLine.challenges["turn"]["start"]["points"][:-1], [9.5, 0.0, 1]]},
    ("HiddenLayer", "relu"): {
        "activation": "ReLU",
        **{"h1_w1": 1.0, "h1_w2": 1.0, "h1_b": 0.0, "h2_w1": 1.0, "h2_w2": 1.0, "h2_b": -1.0},
        **{"y_w1": 1.0, "y_w2": -2.0, "y_b": -0.5},
    },
    ("HiddenLayer", "wedge"): {
        "activation": "step",
        **{"h1_w1": 3.0, "h1_w2": 1.5, "h1_b": -1.5, "h2_w1": -3.0, "h2_w2": 1.5, "h2_b": 2.0},
        **{"y_w1": 1.0, "y_w2": 1.0, "y_b": -1.5},
    },
    ("LogitLoss", "hardest"): {"z": -0.7},
    ("Loss", "equal"): {"a": 1.0, "delta": 1.0, "half": True},
    ("Neuron", "and"): {"w1": 1.0, "w2": 1.0, "b": -1.5},
    ("Neuron", "blobs"): {"w1": 2.0, "w2": 1.0, "b": -1.5},
    ("Neuron", "nand"): {"w1": -1.0, "w2": -1.0, "b": 1.5},
    ("Neuron", "xor"): None,
    ("Slope", "exact"): {"points": "x − h and x + h", "h": 1e-5},
    ("Vectors", "right-angle"): {"a1": -1.5, "a2": 0.5},
    ("Softmax", "half"): {"z1": 0.7, "z2": 0.0, "z3": 0.0},
    ("XorNetwork", "xor"): classes.XorNetwork.presets["OR, NAND, then AND"],
}


def opener(book, visit, **options):
    """Return a function that opens a page of the book once, and has it ready from then on."""
    return cache(lambda name: visit(f"{book}/{name}", **options))


@pytest.fixture(scope="module")
def desk(book, visit):
    return opener(book, visit, viewport=DESK, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture(scope="module")
def phone(book, visit):
    return opener(book, visit, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


def name_of(instance):
    return instance and instance[1]["id"]


# Without a book there are none; then `book` says what to do.
@pytest.fixture(params=INSTANCES or [None], ids=name_of)
def instance(request, book):
    return request.param


def only(instances):
    """Run a test on some of the instances."""
    return pytest.mark.parametrize("instance", instances or [None], indirect=True, ids=name_of)


@pytest.fixture
def shown(instance, desk):
    page, schema = instance
    widget = Shown(desk(page), schema)
    widget.reset()
    yield widget
    trouble, widget.visit.trouble[:] = [*widget.visit.trouble], []
    assert trouble == []


# ---- what it shows ----------------------------------------------------------------------------------

# Controls that a screen reader cannot name, and controls that JupyterLab would take the keys from.
POOR = """root => [...root.querySelectorAll("input, select, button, summary, .handle")].filter((control) => {
  const label = [...(control.labels ?? [])].map((label) => label.textContent).join("");
  const named = (control.getAttribute("aria-label") || label || control.textContent).trim();
  return !named || control.dataset.lmSuppressShortcuts !== "true";
}).map((control) => control.outerHTML)"""

# Move one native control as far as it goes; null for the radio button that is chosen already.
MOVE = """(root, index) => {
  const control = root.querySelectorAll("input, select")[index];
  if (!control.checkVisibility()) return "hidden";
  if (control.type === "radio" && control.checked) return null;
  if (["checkbox", "radio"].includes(control.type)) control.click();
  else if (control.type === "select-one") control.selectedIndex = (control.selectedIndex + 1) % control.length;
  else {
    const [low, high] = [Number(control.min || -10), Number(control.max || 10)];
    control.value = Number(control.value) > (low + high) / 2 ? low : high;
  }
  for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
  return "moved";
}"""


@pytest.mark.parametrize("name", classes.__all__)
def test_a_page_shows_it(name, book):
    assert name in {schema["widget"] for _, schema in INSTANCES}


def test_it_says_what_it_is(shown):
    goal = shown.schema["challenge"].get("goal")
    assert shown.root.get_attribute("data-widget") == shown.kind
    assert shown.root.get_attribute("aria-label") == shown.schema["title"]
    assert shown.root.locator(".title").inner_text() == shown.schema["title"] != ""
    assert shown.root.locator(".goal:visible").all_inner_texts() == ([f"Challenge: {goal}"] if goal else [])
    assert shown.root.get_attribute("data-solved") is None
    assert shown.status.inner_text().endswith(".")
    assert shown.run(POOR) == []


def satisfying(wanted):
    """Return a value that a control waits for: of several that will do, the first; an empty list is one of its own."""
    match wanted:
        case {"above": value}:
            return value + 1
        case [first, *_]:
            return first
    return wanted


def test_every_control_changes_the_picture_and_the_sentence(shown):
    dead = []
    names = shown.run("root => [...root.querySelectorAll('input, select')].map((control) => control.name)")
    for index, name in enumerate(names):
        shown.reset()
        if when := shown.params.get(name.removesuffix("-exact").rpartition("-")[2], {}).get("when"):
            first = when if isinstance(when, dict) else when[0]
            shown.follow(query({key: satisfying(wanted) for key, wanted in first.items()}))
        before = shown.look()
        if moved := shown.run(MOVE, index):
            after = shown.look()
            dead += [f"{name} ({moved}): {part}" for part in after if after[part] == before[part]]
    assert dead == []


def test_what_is_no_number_is_put_back(shown):
    before = shown.look()
    for exact in shown.root.locator("input[type=number]:visible").all():
        value = exact.input_value()
        exact.fill("")
        exact.press("Tab")
        assert exact.input_value() == value
    assert shown.look() == before


def test_presets_and_reset(shown):
    first, presets = shown.look(), shown.schema["presets"]
    for name, values in presets.items():
        settings = shown.disturb() | values
        before = shown.look()
        shown.root.get_by_role("button", name=name, exact=True).click()
        assert shown.look() != before
        assert shown.settings() == settings
        pressed = shown.root.locator("[aria-pressed=true]").all_inner_texts()
        assert set(pressed) == {other for other in presets if settings == settings | presets[other]}
    shown.disturb()
    shown.root.get_by_role("button", name="Reset").click()
    assert shown.look() == first
    assert shown.settings() == shown.initial


def test_the_colors_are_those_of_the_figures():
    css = (ROOT / "nbcode" / "widgets" / "js" / "widget.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css.partition("}")[0]))
    names = {"one": "BLUE", "one-field": "BLUE_TINT", "zero": "ORANGE", "zero-field": "ORANGE_TINT"}
    names |= {"ink": "INK", "rule": "GRID"}
    assert {name: light[name] for name in names} == {key: getattr(plotting, c) for key, c in names.items()}


# ---- links ------------------------------------------------------------------------------------------


def test_a_link_carries_any_state(shown):
    for settings in shown.drawn(12):
        shown.follow(query(settings))
        assert shown.note() == ""
        assert shown.settings() == shown.settled(settings)
        for part in shown.look().values():
            assert not re.search(r"\b(undefined|NaN|null|Infinity)\b", part), settings


# One of a kind on each page: the others follow their links by the same host.
@only(list({(page, schema["widget"]): (page, schema) for page, schema in INSTANCES}.values()))
def test_the_address_follows_and_opens_the_same_state(shown, visit):
    for index in range(min(3, shown.root.locator("input, select").count())):
        shown.run(MOVE, index)
    if shown.handles.count():
        shown.handles.first.press("ArrowUp")
    for button in shown.root.locator(".picture button:enabled").all()[:1]:
        button.click()
    address, look = shown.address(), shown.look()
    assert address.partition("?")[0] == shown.page.url.partition("#")[0] + f"#{shown.id}"
    assert shown.settings() != shown.initial
    shown.page.wait_for_function("address => location.href === address", arg=address)

    fresh = Shown(visit(address, viewport=DESK), shown.schema)
    assert fresh.look() == look
    fresh.page.evaluate("window.MathJax?.startup.promise.then(() => null)")
    assert 0 <= fresh.run("root => root.getBoundingClientRect().top") < 500, "the page does not scroll to it"
    assert fresh.visit.trouble == []
    fresh.visit.close()

    # On a page that is open already, only the hash changes.
    shown.reset()
    shown.page.evaluate("address => (location.href = address)", address)
    expect(shown.status).to_have_text(look["sentence"])
    assert shown.look() == look


def test_copy_link_and_copy_as_code_reach_the_clipboard(shown):
    shown.disturb()
    copies = {"link": shown.address()}
    if shown.root.locator(".code").count():
        shown.root.locator(".code summary").click()
        copies["copy"] = shown.root.locator(".code code").inner_text()
    for name, text in copies.items():
        shown.root.locator(f"[name={name}]").click()
        shown.page.wait_for_function("async text => (await navigator.clipboard.readText()) === text", arg=text)
        assert shown.note() == "Copied."


INJECTED = "<img src=x>"  # short: a note cuts off what is long
JUNK = [
    *("__proto__=1", "constructor=1", "toString=1", "nosuch=1", "=", "%E0%A4%A", "%E0%A4%A=%E0%A4%A"),
    *(INJECTED, f"{quote(INJECTED)}=1", "x" * 100_000, "&".join(f"junk{i}=1" for i in range(10_000))),
]


def nonsense(param):
    """Give values that a parameter can't have, as a link would write them."""
    always = ["banana", "null", "__proto__", "NaN", "Infinity", "1e999", "1" * 400, "%E0%A4%A", INJECTED]
    match param["kind"]:
        case "number":
            broken = [str(param["low"] + 0.5)] if param["whole"] else []
            return [*always, "", "0x1", "1,5", "--1", str(param["low"] - 1), str(param["high"] + 1), *broken]
        case "toggle":
            return [*always, "", "2", "-1", "true"]
        case "choice":
            return [*always, "", "0"]
        case "points":
            many = ";".join(["1,1,1"] * (param["most"] + 1))
            wrong = ["1,1", "1,1,2", "1,1,0.5", "1,1,-1", "1,1,1,1", "999,1,1", "1,NaN,1"]
            return [*always, "", ";", *wrong, many]
        case "numbers":
            return [*always, ",".join(["0"] * (param["length"] + 1)), ",".join(["NaN"] * param["length"])]
        case "expression":
            return [*always, "", "x*", "2x", "(x", "x)", "max(x)", "x" + "*x" * LENGTH, "a*b*c*d*e*f*g", "🙂"]
        case "name":
            return [*always, "1", "x y", "x11", "x₁", "🙂"]


def nonsensical_links(shown):
    """Give links in which one setting in turn is right and no other is, until all nonsense has been said."""
    wrong = {key: nonsense(param) for key, param in shown.params.items()}
    for right, settings in zip(cycle([*wrong, None]), shown.drawn(100), strict=False):
        if not any(wrong.values()):
            return
        valid = {right: settings[right]} if right else {}
        bad = [f"{key}={values.pop()}" for key, values in wrong.items() if values and key != right]
        yield valid, "&".join([query(valid), *bad, "nosuch=1"])
    raise AssertionError("there is more nonsense")


def test_nonsense_in_a_link_is_left_out_with_a_note(shown):
    for valid, link in [*(({}, junk) for junk in JUNK), *nonsensical_links(shown)]:
        shown.follow(link)
        note = shown.note()
        assert note.startswith("Left out of the link"), link[:300]
        assert len(note) < 5000, f"a note of {len(note)} letters"
        assert shown.settings() == shown.settled(shown.initial | valid), link[:300]
        assert shown.root.locator("img").count() == 0, link[:300]
    shown.reset()
    assert shown.note() == ""


# ---- keyboard, finger, mouse ------------------------------------------------------------------------

# What the Tab key can stop at: its name, and how it looks with or without a ring.
STOPS = """root => {
  const ring = (part) => {
    const style = getComputedStyle(part);
    return [style.outlineStyle === "none" ? "" : style.outline, style.stroke, style.strokeWidth];
  };
  const name = (stop) => stop.getAttribute("aria-label") ?? (stop.name || stop.textContent);
  const seen = (stop) => stop.checkVisibility({ visibilityProperty: true });
  return [...root.querySelectorAll("*")].filter((stop) => stop.tabIndex >= 0 && !stop.disabled && seen(stop))
    .map((stop) => ({
      name: name(stop),
      focused: stop === document.activeElement,
      ring: JSON.stringify([stop, ...stop.querySelectorAll("*")].map(ring)),
    }));
}"""

# Where to take hold of a handle: of the places where it lies on top, the one nearest to their middle.
PLACE = """(root, index) => {
  const handle = root.querySelectorAll(".handle")[index];
  handle.ownerSVGElement.scrollIntoView({ block: "center", behavior: "instant" });
  const [part, all] = [handle, handle.ownerSVGElement].map((element) => element.getBoundingClientRect());
  const [left, right] = [Math.max(part.left, all.left), Math.min(part.right, all.right)];
  const [top, bottom] = [Math.max(part.top, all.top), Math.min(part.bottom, all.bottom)];
  const places = Array.from({ length: 225 }, (_, i) => ({
    x: left + ((right - left) * (i % 15 + 0.5)) / 15,
    y: top + ((bottom - top) * (Math.floor(i / 15) + 0.5)) / 15,
  }));
  const found = places.filter(({ x, y }) => document.elementFromPoint(x, y)?.closest(".handle") === handle);
  const mean = (key) => found.reduce((sum, place) => sum + place[key], 0) / found.length;
  const middle = { x: mean("x"), y: mean("y") };
  const off = (place) => Math.hypot(place.x - middle.x, place.y - middle.y);
  return found.sort((a, b) => off(a) - off(b))[0];
}"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(shown):
    shown.run("root => root.querySelectorAll('details').forEach((details) => (details.open = true))")
    shown.run("root => { root.tabIndex = -1; root.focus(); }")
    bare = {stop["name"]: stop["ring"] for stop in shown.run(STOPS)}
    reached = {}
    while True:
        shown.page.keyboard.press("Tab")
        if not shown.run("root => root.contains(document.activeElement)"):
            break
        reached |= {stop["name"]: stop["ring"] for stop in shown.run(STOPS) if stop["focused"]}
    shown.run("root => root.removeAttribute('tabindex')")
    assert reached.keys() == bare.keys()
    assert [name for name in reached if reached[name] == bare[name]] == [], "no ring to be seen"


def test_arrow_keys_move_sliders_and_handles(shown):
    def moves(control, key):
        shown.reset()
        before = shown.look()
        control.press(key)
        return shown.look() != before

    movable = [*shown.root.locator("input[type=range]:visible").all(), *shown.handles.all()]
    keys = ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown")
    dead = [control for control in movable if not any(moves(control, key) for key in keys)]
    assert [control.evaluate("control => control.outerHTML") for control in dead] == []


@only(FREE_POINTS)
def test_space_flips_the_class_of_a_point(shown):
    points = shown.root.get_by_role("button", name=re.compile("^Point"))
    for point in points.all():
        label = point.get_attribute("aria-label")
        point.press(" ")
        flipped = point.get_attribute("aria-label")
        assert {re.search("class ([01])", name)[1] for name in (label, flipped)} == {"0", "1"}
        point.press(" ")
        assert point.get_attribute("aria-label") == label
    assert points.count() == len(shown.initial["points"])


def test_enter_presses_every_button(shown):
    everything = "root => root.outerHTML + root.contains(document.fullscreenElement)"
    for button in shown.root.locator("button:visible, summary").element_handles():
        shown.disturb()
        if button.is_enabled():
            before = shown.run(everything)
            button.press("Enter")
            changed = f"([id, before]) => ({everything})(document.getElementById(id)) !== before"
            shown.page.wait_for_function(changed, arg=[shown.id, before])
            shown.page.evaluate("document.fullscreenElement && document.exitFullscreen()")


def finger(widget):
    """Return a function that puts a finger down, moves it through places, and lifts it."""
    devtools = widget.visit.context.new_cdp_session(widget.page)

    def touch(*places):
        for kind, place in zip(["touchStart", *["touchMove"] * len(places[1:])], places, strict=True):
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    return touch


def pointer(widget):
    """Return a function that does the same with a mouse."""
    mouse = widget.page.mouse

    def press(*places):
        mouse.move(**places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(**place)
        mouse.up()

    return press


def path(place):
    """Return a way that starts at a place, and follows no line of the pictures."""
    return place, {"x": place["x"] + 30, "y": place["y"] - 15}


def test_a_finger_moves_every_handle_on_a_phone(instance, phone):
    page, schema = instance
    widget = Shown(phone(page), schema)
    touch = finger(widget)
    for index in range(widget.handles.count()):
        widget.reset()
        before = widget.look()
        label = widget.handles.nth(index).get_attribute("aria-label")
        assert (place := widget.run(PLACE, index)), f"covered: {label}"
        touch(*path(place))
        assert widget.look() != before, label
    assert widget.visit.fits()
    assert widget.visit.trouble == []


@only(FREE_POINTS)
@pytest.mark.parametrize("by", [finger, pointer])
def test_a_tap_flips_the_class_of_a_point_and_a_drag_does_not(by, instance, desk, phone):
    page, schema = instance
    widget = Shown({finger: phone, pointer: desk}[by](page), schema)
    widget.reset()
    gesture = by(widget)
    labels = widget.handles.evaluate_all("all => all.map((handle) => handle.getAttribute('aria-label'))")
    index, label = next((i, label) for i, label in enumerate(labels) if label.startswith("Point"))
    point, old = widget.handles.nth(index), int(re.search("class ([01])", label)[1])
    gesture(*path(widget.run(PLACE, index)))
    assert f"class {old}" in point.get_attribute("aria-label") != label
    gesture(widget.run(PLACE, index))
    expect(point).to_have_attribute("aria-label", re.compile(f"class {1 - old}"))


# ---- Python -----------------------------------------------------------------------------------------


def test_the_same_in_python_is_the_same(shown):
    code = shown.root.locator(".code code")
    assert code.count() == (shown.kind not in WITHOUT_CODE)
    for settings in shown.drawn(6 * code.count()):
        shown.follow(query(settings))
        exec(code.text_content(), names := {})
        # None, which stands for infinity, becomes NaN, and NaN agrees with NaN alone.
        ours, theirs = (
            np.array(output, float) for output in (names["output"], shown.python(settings).readout()["output"])
        )
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_every_challenge_has_its_solution_here():
    challenges = [(name, key) for name in classes.__all__ for key in getattr(classes, name).challenges]
    assert sorted(SOLUTIONS) == sorted(challenges)


@pytest.mark.parametrize(("name", "challenge"), SOLUTIONS)
def test_the_page_and_python_agree_on_what_solves_a_challenge(name, challenge, static_page):
    widget = getattr(classes, name)(challenge=challenge)
    shown = Shown(static_page(widget), widget._schema)
    solution = SOLUTIONS[name, challenge]

    def solved(settings):
        shown.follow(query(settings))
        for key, value in settings.items():
            setattr(widget, key, value)
        assert (shown.root.get_attribute("data-solved") is not None) == widget.solved
        return widget.solved

    start = widget.settings()
    assert not solved(start)
    assert solved(start | (solution or {})) == (solution is not None)
    sign = "✓ Solved." if solution else "Challenge:"
    assert shown.root.locator(".goal").inner_text() == f"{sign} {shown.schema['challenge']['goal']}"
    for settings in shown.drawn(30):
        solved(settings)
    assert shown.visit.trouble == []


@only(HOPELESS)
def test_who_has_tried_long_enough_at_what_cannot_be_done_is_told(shown):
    goal, slider = shown.root.locator(".goal"), shown.root.get_by_role("slider").first
    for _ in range(shown.schema["challenge"]["patience"] // 2):
        for key in ("ArrowRight", "ArrowLeft"):
            assert goal.inner_text().startswith("Challenge: ")
            slider.press(key)
    assert goal.inner_text() == shown.schema["challenge"]["after"]
    shown.root.get_by_role("button", name="Reset").click()
    assert goal.inner_text().startswith("Challenge: ")


# ---- the walk of Descent ----------------------------------------------------------------------------


@pytest.fixture
def walk(static_page):
    """Return a function that opens a Descent on a page whose clock stands still until it is told to go on."""

    def open_walk(reduced_motion="no-preference", **params):
        widget = classes.Descent(**params)
        shown = Shown(static_page(widget), widget._schema)
        shown.page.emulate_media(reduced_motion=reduced_motion)
        shown.page.reload()
        shown.page.locator("html[data-widgets=ready]").wait_for()
        shown.stop_the_clock()
        return shown

    return open_walk


def press(shown, name):
    shown.root.get_by_role("button", name=name, exact=True).click()


def pass_time(shown, milliseconds):
    """Let time pass, and return the step at which the walk is then."""
    shown.page.clock.run_for(milliseconds)
    return shown.settings()["step"]


def test_play_takes_a_step_at_a_time_until_it_is_paused(walk):
    shown = walk(step=3)
    press(shown, "Play")
    assert [pass_time(shown, 100) for _ in range(3)] == [4, 5, 6]
    press(shown, "Pause")
    assert pass_time(shown, 5000) == 6
    press(shown, "Play")
    press(shown, "Reset")
    assert pass_time(shown, 5000) == 3
    press(shown, "All")
    assert pass_time(shown, 0) == 200
    press(shown, "Play")
    assert [pass_time(shown, 0), pass_time(shown, 100)] == [0, 1]
    assert pass_time(shown, 60_000) == 200
    assert shown.root.get_by_role("button", name="Play", exact=True).is_visible()


def test_who_wants_little_motion_sees_a_leap_every_second(walk):
    shown = walk("reduce", step=0)
    assert pass_time(shown, 5000) == 0
    press(shown, "Play")
    assert [pass_time(shown, 900), pass_time(shown, 100), pass_time(shown, 1000)] == [0, 10, 20]


def test_back_and_step_move_by_one_and_back_leads_into_a_run_that_was_cut(walk):
    shown = walk(lr=0.3, step=3)
    press(shown, "Step")
    press(shown, "Step")
    press(shown, "Back")
    assert shown.settings()["step"] == 4
    press(shown, "All")
    (cut,) = shown.python(shown.settings()).readout()["steps"]
    assert re.search(
        rf"after {cut} steps it is at .* more than 100 from the middle: it runs away", shown.status.inner_text()
    )
    assert not shown.root.get_by_role("button", name="Step", exact=True).is_enabled()
    press(shown, "Back")
    assert shown.settings()["step"] == cut - 1


@pytest.mark.parametrize(("optimizer", "lr"), [("SGD", 0.2), ("momentum", 0.38), ("Nesterov", 0.1357)])
def test_a_rate_that_cannot_converge_is_named(walk, optimizer, lr):
    shown = walk(optimizer=optimizer, lr=lr * 0.98, step=200)
    limit = shown.root.locator(".control .tick:visible")
    assert limit.inner_text() == f"{optimizer}: {lr:.3g}"
    assert "can converge" not in shown.status.inner_text()
    if optimizer == "SGD":
        shown.follow(query({"lr": lr, "optimizer": optimizer, "step": 200}))
        assert re.search(r"away\. On this quadratic no rate of .* 0\.2 or more can converge", shown.status.inner_text())
    shown.follow(query({"lr": lr * 1.05, "optimizer": optimizer, "step": 200}))
    assert re.search(r"runs away.* On this quadratic no rate of 2.* or more can converge", shown.status.inner_text())


@pytest.mark.parametrize("by", [finger, pointer])
def test_a_tap_on_the_map_is_the_start(walk, by):
    shown = walk()
    ground = shown.root.locator(".ground").bounding_box()
    by(shown)({"x": ground["x"] + 0.75 * ground["width"], "y": ground["y"] + 0.75 * ground["height"]})
    settings = shown.settings()
    assert settings["x"] == pytest.approx(1, abs=0.02)
    assert settings["y"] == pytest.approx(-1, abs=0.02)


# ---- predictions ------------------------------------------------------------------------------------


def test_there_is_a_question_of_each_kind(book):
    assert {schema["question"]["kind"] for _, schema in QUESTIONS} == {"choice", "number", "sketch"}


def guess_wrongly(shown, kind, answer):
    match kind:
        case "choice":
            shown.root.get_by_role("radio").nth(0 if answer else 1).check()
        case "number":
            shown.root.get_by_role("spinbutton").fill(str(answer + 1000))
            shown.root.get_by_role("spinbutton").press("Tab")
        case "sketch":
            shown.handles.first.press("ArrowUp")


def given_away(shown, kind, answer):
    """Tell whether the answer can be seen."""
    match kind:
        case "choice":
            right = shown.schema["question"]["choices"][answer]
            return shown.root.locator("label.true").all_inner_texts() == [right]
        case "number":
            return re.search(rf"\b{answer}\b", shown.root.inner_text()) is not None
        case "sketch":
            return shown.root.locator(".curve.second").is_visible()


@only(QUESTIONS)
def test_the_answer_comes_after_the_guess(shown):
    question = shown.schema["question"]
    kind, answer = question["kind"], question["answer"]
    commit = shown.root.get_by_role("button", name="Commit")

    def told():
        return given_away(shown, kind, answer), question["because"] in shown.root.inner_text()

    assert told() == (False, False) and commit.is_disabled()
    shown.follow("committed=1")
    assert told() == (False, False), "a link that commits to nothing gives it away"
    shown.reset()
    guess_wrongly(shown, kind, answer)
    assert told() == (False, False)
    commit.click()
    assert told() == (True, True) and "Not this time." in shown.status.inner_text()
    before = shown.look()
    assert commit.is_disabled() and shown.root.locator(".picture input:enabled").count() == 0
    shown.run("root => root.querySelector('.handle')?.focus()")
    shown.page.keyboard.press("ArrowUp")
    assert shown.look() == before, "the guess can still be changed"
    shown.root.get_by_role("button", name="Reset").click()
    assert told() == (False, False) and commit.is_disabled()


@only([(page, schema) for page, schema in QUESTIONS if schema["question"]["kind"] == "number"])
def test_a_number_counts_while_it_is_typed_and_enter_commits_to_it(shown):
    field = shown.root.get_by_role("spinbutton")
    field.press_sequentially("-12.5")
    assert field.input_value() == "-12.5"
    assert shown.root.get_by_role("button", name="Commit").is_enabled()
    field.press("Enter")
    assert shown.settings()["guess"] == [-12.5]
    assert shown.settings()["committed"] is True
