"""Every widget on the pages of the built book, as a reader meets it."""

import re
from functools import cache
from itertools import cycle
from urllib.parse import quote

import numpy as np
import pytest
from built import PAGES, ROOT, widgets
from links import draw, query, read
from playwright.sync_api import expect

from nbcode import plotting
from nbcode import widgets as classes

INSTANCES = [(page, schema) for page in PAGES for schema in widgets(page)]
DESK = {"width": 1280, "height": 1000}
WITHOUT_CODE = {"Predict"}  # there is nothing to compute

# What a widget makes of settings that it accepts, where that is not to leave them as they are.
SETTLED = {
    "Perceptron": lambda settings: settings | {"updates": classes.Perceptron(**settings).readout()["done"]},
}

# What solves each challenge; None where nothing does.
SOLUTIONS = {
    ("Decision", "weather-and-one"): {"w1": 2.0, "w2": 1.0, "w3": 1.0, "b": -2.5},
    ("Decision", "majority"): {"w1": 1.0, "w2": 1.0, "w3": 1.0, "b": -1.5},
    ("Neuron", "and"): {"w1": 1.0, "w2": 1.0, "b": -1.5},
    ("Neuron", "nand"): {"w1": -1.0, "w2": -1.0, "b": 1.5},
    ("Neuron", "blobs"): {"w1": 2.0, "w2": 1.0, "b": -1.5},
    ("Neuron", "xor"): None,
    ("XorNetwork", "xor"): classes.XorNetwork.presets["OR, NAND, then AND"],
}

# What is to be seen of the picture, without what is never the same twice; and the state in words.
LOOK = """root => {
  const parts = [...root.querySelectorAll(".picture *, .side *")]
    .filter((part) => getComputedStyle(part).visibility === "visible" && !part.closest("[hidden]"));
  const fills = parts.map((part) => part.getAttribute("fill")).join();
  const texts = (part) => [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
  return [
    parts.filter((part) => !part.matches("linearGradient") || fills.includes(`#${part.id})`))
      .flatMap((part) => [part.cloneNode().outerHTML, ...texts(part)]).join("\\n")
      .replace(/nbcode-[0-9a-z]+| aria-label="[^"]*"/g, ""),
    root.querySelector("[role=status]").textContent,
  ];
}"""

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

# Follow a link on the open page, without the frames that the browser takes to tell the page of it.
FOLLOW = """hash => {
  history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: location.href }));
}"""

# What a button copies, caught on its way to the clipboard.
COPIED = """(root, name) => {
  let copied = null;
  navigator.clipboard.writeText = async (text) => (copied = text);
  root.querySelector(`[name=${name}]`).click();
  delete navigator.clipboard.writeText;
  return copied;
}"""

# Where to take hold of a handle: of the places where it lies on top, the one nearest to their middle.
PLACE = """(root, index) => {
  const handle = root.querySelectorAll(".handle")[index];
  handle.ownerSVGElement.scrollIntoView({ block: "center", behavior: "instant" });
  const box = handle.ownerSVGElement.getBoundingClientRect();
  const found = [];
  for (let y = box.top + 2; y < box.bottom; y += 7)
    for (let x = box.left + 2; x < box.right; x += 7)
      if (document.elementFromPoint(x, y)?.closest(".handle") === handle) found.push({ x, y });
  const middle = (key) => found.reduce((sum, place) => sum + place[key], 0) / found.length;
  const [x, y] = [middle("x"), middle("y")];
  const off = (place) => Math.hypot(place.x - x, place.y - y);
  return found.reduce((best, place) => (best && off(best) <= off(place) ? best : place), null);
}"""


class Shown:
    """A widget on an open page."""

    def __init__(self, visit, schema):
        self.visit, self.page, self.schema, self.id = visit, visit.page, schema, schema["id"]
        self.params, self.initial = schema["params"], schema["initial"]
        self.root = self.page.locator(f"[id='{self.id}']")
        self.handles = self.root.locator(".handle")

    def run(self, script, argument=None):
        # Six times as fast as a locator's own evaluate.
        return self.page.evaluate(
            f"([id, argument]) => ({script})(document.getElementById(id), argument)", [self.id, argument]
        )

    def look(self):
        picture, sentence = self.run(LOOK)
        return {"picture": picture, "sentence": sentence}

    def follow(self, query):
        self.page.evaluate(FOLLOW, f"#{self.id}?{query}")

    def reset(self):
        self.run("root => root.querySelector('[name=reset]').click()")

    def address(self):
        return self.run(COPIED, "link")

    def settings(self):
        return read(self.schema, self.address())

    def settled(self, settings):
        return SETTLED.get(self.schema["widget"], lambda settings: settings)(settings)

    def said(self):
        """Return the note, "" when there is none."""
        return self.run("root => [...root.querySelectorAll('[role=alert]:not([hidden])')].map(n => n.innerText).join()")

    def drawn(self, count):
        return draw(self.params, count, seed=self.id)

    def disturb(self):
        """Bring the widget into a state that looks other than the first one, and return it."""
        self.reset()
        first = self.look()
        for settings in self.drawn(50):
            self.follow(query(settings))
            if self.look()["picture"] != first["picture"]:
                return settings
        raise AssertionError("always the same picture")


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


@pytest.fixture(params=INSTANCES or [None], ids=name_of)
def instance(request, book):
    return request.param


@pytest.fixture
def shown(instance, desk):
    page, schema = instance
    widget = Shown(desk(page), schema)
    widget.reset()
    yield widget
    trouble, widget.visit.trouble[:] = [*widget.visit.trouble], []
    assert trouble == []


@pytest.mark.parametrize("name", classes.__all__)
def test_a_page_shows_it(name, book):
    assert name in {schema["widget"] for _, schema in INSTANCES}


def test_it_says_what_it_is(shown):
    assert shown.root.get_attribute("data-widget") == shown.schema["widget"]
    assert shown.root.get_attribute("aria-label") == shown.schema["title"]
    assert shown.root.locator(".title").inner_text() == shown.schema["title"] != ""
    assert shown.look()["sentence"].endswith(".")
    goal = shown.schema["challenge"].get("goal")
    assert shown.root.locator(".goal:visible").all_inner_texts() == ([f"Challenge: {goal}"] if goal else [])
    assert shown.root.get_attribute("data-solved") is None
    nameless = """root => [...root.querySelectorAll("input, select, button, summary, .handle")].filter((control) => {
      const label = [...(control.labels ?? [])].map((label) => label.textContent).join("");
      return !(control.getAttribute("aria-label") || label || control.textContent).trim();
    }).map((control) => control.outerHTML)"""
    assert shown.run(nameless) == []
    # In JupyterLab, whatever can have the focus has to claim its keys itself.
    deaf = """root => [...root.querySelectorAll("input, select, button, summary, .handle")]
      .filter((control) => control.dataset.lmSuppressShortcuts !== "true").map((control) => control.outerHTML)"""
    assert shown.run(deaf) == []


def test_every_control_changes_the_picture_and_the_sentence(shown):
    names = shown.run("root => [...root.querySelectorAll('input, select')].map(control => control.name)")
    dead = []
    for index, name in enumerate(names):
        shown.reset()
        if when := shown.params.get(name.removesuffix("-exact"), {}).get("when"):
            shown.follow(query(when))
        before = shown.look()
        if moved := shown.run(MOVE, index):
            after = shown.look()
            dead += [f"{name}: {part}" for part in after if after[part] == before[part]]
            dead += [f"{name}: {moved}"] if moved != "moved" else []
    assert dead == []


def test_what_is_no_number_is_put_back(shown):
    before = shown.look()
    for exact in shown.root.locator("input[type=number]").all():
        value = exact.input_value()
        exact.evaluate("input => { input.value = ''; input.dispatchEvent(new Event('change', { bubbles: true })); }")
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
        assert pressed == [other for other in presets if settings == settings | presets[other]]
    shown.disturb()
    shown.root.get_by_role("button", name="Reset").click()
    assert shown.look() == first
    assert shown.settings() == shown.initial


# ---- links ------------------------------------------------------------------------------------------


def test_a_link_carries_any_state(shown):
    for settings in shown.drawn(12):
        shown.follow(query(settings))
        assert shown.said() == ""
        assert shown.settings() == shown.settled(settings)
        for part in shown.look().values():
            assert not re.search(r"\b(undefined|NaN|null|Infinity)\b", part), settings


def test_the_address_follows_and_opens_the_same_state(shown, visit):
    controls = shown.run("root => root.querySelectorAll('input, select').length")
    for index in range(min(controls, 3)):
        shown.run(MOVE, index)
    if shown.handles.count():
        shown.handles.first.press("ArrowUp")
    address = shown.address()
    assert address.partition("?")[0] == shown.page.url.partition("#")[0] + f"#{shown.id}"
    assert shown.settings() != shown.initial
    shown.page.wait_for_function("address => location.href === address", arg=address)
    look = shown.look()
    fresh = Shown(visit(address, viewport=DESK), shown.schema)
    assert fresh.look() == look
    fresh.page.evaluate("window.MathJax?.startup.promise.then(() => null)")
    top = fresh.run("root => root.getBoundingClientRect().top")
    assert 0 <= top < 500, "the page does not scroll to it"
    assert fresh.visit.trouble == []
    fresh.visit.close()
    # On a page that is open already only the hash changes.
    shown.reset()
    shown.page.evaluate("address => (location.href = address)", address)
    expect(shown.root.get_by_role("status")).to_have_text(look["sentence"])
    assert shown.look() == look


def test_copy_link_and_copy_as_code_reach_the_clipboard(shown):
    shown.disturb()
    copies = {"link": shown.address()}
    if shown.root.locator(".code").count():
        shown.root.locator("summary").click()
        copies["copy"] = shown.root.locator(".code code").inner_text()
    for name, text in copies.items():
        shown.root.locator(f"[name={name}]").click()
        shown.page.wait_for_function("async text => (await navigator.clipboard.readText()) === text", arg=text)
        assert shown.said() == "Copied."


# ---- nonsense ---------------------------------------------------------------------------------------

JUNK = [
    *(
        "__proto__=1",
        "constructor=1",
        "toString=1",
        "nosuch=1",
        "%E0%A4%A",
        "%E0%A4%A=%E0%A4%A",
        "=",
        "x" * 100_000,
    ),
    "<img src=x onerror=window.broken=1>",
    quote("<img src=x onerror=window.broken=1>") + "=1",
    "&".join(f"junk{i}=1" for i in range(10_000)),
]


def nonsense(param):
    """Give values that a parameter can't have, as a link would write them."""
    common = [
        "banana",
        "__proto__",
        "toString",
        "NaN",
        "Infinity",
        "1e999",
        "%E0%A4%A",
        "null",
        "<img src=x onerror=window.broken=1>",
        "1" * 400,
    ]
    match param["kind"]:
        case "number":
            return [*common, "", "0x1", "1,5", "--1", str(param["low"] - 1), str(param["high"] + 1)]
        case "toggle":
            return [*common, "", "2", "-1", "true"]
        case "choice":
            return [*common, "", "__proto__", "0"]
        case "points":
            many = ";".join(["1,1,1"] * (param["most"] + 1))
            return [
                *common,
                "",
                ";",
                "1,1",
                "1,1,2",
                "1,1,0.5",
                "1,1,-1",
                "1,1,1,1",
                "999,1,1",
                "1,NaN,1",
                many,
            ]
        case "numbers":
            return [
                *common,
                "0",
                ",".join(["0"] * (param["length"] + 1)),
                ",".join(["NaN"] * param["length"]),
            ]


def test_nonsense_in_a_link_is_left_out_with_a_note(shown):
    wrong = {key: cycle(nonsense(param)) for key, param in shown.params.items()}
    links = [({}, junk) for junk in JUNK]
    for settings in shown.drawn(max(20, len(wrong))):
        good = list(wrong)[len(links) % len(wrong)]  # one setting in turn is right, all others are not
        bad = [f"{key}={next(wrong[key])}" for key in wrong if key != good]
        links.append(({good: settings[good]}, "&".join([query({good: settings[good]}), *bad, "nosuch=1"])))
    for valid, link in links:
        shown.follow(link)
        note = shown.said()
        assert note.startswith("Left out of the link"), link[:300]
        assert shown.settings() == shown.settled(shown.initial | valid), link[:300]
        assert len(note) < 5000, f"a note of {len(note)} letters"
    assert shown.page.evaluate("[window.broken, document.querySelectorAll('img[src=x]').length]") == [None, 0]
    shown.reset()
    assert shown.said() == ""


# ---- keyboard, finger, mouse ------------------------------------------------------------------------

# What the Tab key can stop at: its name, and how it looks with or without a ring.
STOPS = """root => {
  const ring = (part) => {
    const style = getComputedStyle(part);
    return [style.outlineStyle === "none" ? "" : style.outline, style.stroke, style.strokeWidth];
  };
  return [...root.querySelectorAll("*")]
    .filter((stop) => stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility({ visibilityProperty: true }))
    .map((stop) => ({
      name: stop.type === "radio" ? stop.name : stop.getAttribute("aria-label") ?? (stop.name || stop.textContent),
      focused: stop === document.activeElement,
      ring: JSON.stringify([stop, ...stop.querySelectorAll("*")].map(ring)),
    }));
}"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(shown):
    shown.run("root => root.querySelectorAll('details').forEach((details) => (details.open = true))")
    shown.run("root => { root.tabIndex = -1; root.focus(); }")
    bare = {stop["name"]: stop["ring"] for stop in shown.run(STOPS)}
    reached = {}
    while True:
        shown.page.keyboard.press("Tab")
        stops = [stop for stop in shown.run(STOPS) if stop["focused"]]
        if not shown.run("root => root.contains(document.activeElement)"):
            break
        reached |= {stop["name"]: stop["ring"] for stop in stops}
    shown.run("root => { root.removeAttribute('tabindex'); }")
    assert bare.keys() - reached.keys() == set()
    assert [name for name in reached if reached[name] == bare.get(name)] == [], "no ring to be seen"


def test_arrow_keys_move_sliders_and_handles(shown):
    movable = [*shown.root.locator("input[type=range]:visible").all(), *shown.handles.all()]
    dead = []
    for control in movable:
        looks = []
        for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
            shown.reset()
            looks += [shown.look()]
            control.press(key)
            looks += [shown.look()]
        if not any(before != after for before, after in zip(looks[::2], looks[1::2], strict=True)):
            dead.append(control.get_attribute("aria-label") or control.get_attribute("name"))
    assert dead == []


def test_space_flips_the_class_of_a_point(shown):
    for point in shown.root.locator(".handle[aria-label*='Space changes its class']").all():
        label = point.get_attribute("aria-label")
        point.press(" ")
        assert re.search("class ([01])", point.get_attribute("aria-label"))[1] != re.search("class ([01])", label)[1]
        point.press(" ")
        assert point.get_attribute("aria-label") == label


def test_enter_presses_every_button(shown):
    everything = "root => root.outerHTML + root.contains(document.fullscreenElement)"
    buttons = shown.root.locator("button:visible, summary").element_handles()
    for button in buttons:
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

    def press(*places):
        mouse = widget.page.mouse
        mouse.move(**places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(**place)
        mouse.up()

    return press


def path(place):
    """Return a way that starts at a place, and follows no line of the pictures."""
    return [{"x": place["x"] + dx, "y": place["y"] + dy} for dx, dy in ((0, 0), (12, -5), (30, -15))]


def test_a_finger_moves_every_handle_on_a_phone(instance, phone):
    page, schema = instance
    widget = Shown(phone(page), schema)
    touch = finger(widget)
    for index in range(widget.handles.count()):
        widget.reset()
        before = widget.look()
        assert (place := widget.run(PLACE, index)), "it is covered"
        touch(*path(place))
        assert widget.look() != before, widget.handles.nth(index).get_attribute("aria-label")
    assert widget.visit.fits()
    assert widget.visit.trouble == []


FREE = [(page, schema) for page, schema in INSTANCES if "points" in schema["params"] and not schema["challenge"]]


@pytest.mark.parametrize("instance", FREE, indirect=True, ids=name_of)
@pytest.mark.parametrize("by", [finger, pointer])
def test_a_tap_flips_the_class_of_a_point_and_a_drag_does_not(by, instance, desk, phone):
    page, schema = instance
    widget = Shown({finger: phone, pointer: desk}[by](page), schema)
    widget.reset()
    gesture = by(widget)
    labels = widget.handles.evaluate_all("handles => handles.map((handle) => handle.getAttribute('aria-label'))")
    index, label = next((i, label) for i, label in enumerate(labels) if label.startswith("Point"))
    point, old = widget.handles.nth(index), re.search("class ([01])", label)[1]
    gesture(*path(widget.run(PLACE, index)))
    assert f"class {old}" in point.get_attribute("aria-label") != label
    gesture(widget.run(PLACE, index))
    expect(point).to_have_attribute("aria-label", re.compile(f"class {1 - int(old)}"))


# ---- Python -----------------------------------------------------------------------------------------


def test_the_same_in_python_is_the_same(shown):
    text = shown.root.locator(".code code")
    assert text.count() == (shown.schema["widget"] not in WITHOUT_CODE)
    for settings in shown.drawn(6 * text.count()):
        shown.follow(query(settings))
        exec(text.text_content(), names := {})
        widget = getattr(classes, shown.schema["widget"])(**settings)
        np.testing.assert_allclose(names["output"], widget.readout()["output"], rtol=0, atol=1e-9)


CHALLENGES = [(name, challenge) for name in classes.__all__ for challenge in getattr(classes, name).challenges]


def test_every_challenge_has_its_solution_here():
    assert sorted(SOLUTIONS) == sorted(CHALLENGES)


@pytest.mark.parametrize(("name", "challenge"), CHALLENGES)
def test_the_page_and_python_agree_on_what_solves_a_challenge(name, challenge, static_page):
    widget = getattr(classes, name)(challenge=challenge)
    start, solution = widget.settings(), SOLUTIONS[name, challenge]
    assert not widget.solved
    shown = Shown(static_page(widget), widget._schema)
    for settings in [start, start | (solution or {}), *shown.drawn(30)]:
        shown.follow(query(settings))
        for key, value in settings.items():
            setattr(widget, key, value)
        assert (shown.root.get_attribute("data-solved") is not None) == widget.solved
        if settings == start | (solution or {}):
            assert widget.solved == (solution is not None)
            sign = "✓ Solved." if solution else "Challenge:"
            assert shown.root.locator(".goal").inner_text() == f"{sign} {shown.schema['challenge']['goal']}"
    assert shown.visit.trouble == []


HOPELESS = [(page, schema) for page, schema in INSTANCES if "patience" in schema["challenge"]]


@pytest.mark.parametrize("instance", HOPELESS, indirect=True, ids=name_of)
def test_who_has_tried_long_enough_at_what_cannot_be_done_is_told(shown):
    goal, slider = shown.root.locator(".goal"), shown.root.get_by_role("slider").first
    for _ in range(shown.schema["challenge"]["patience"] // 2):
        for key in ("ArrowRight", "ArrowLeft"):
            assert goal.inner_text().startswith("Challenge: ")
            slider.press(key)
    assert goal.inner_text() == shown.schema["challenge"]["after"]
    shown.root.get_by_role("button", name="Reset").click()
    assert goal.inner_text().startswith("Challenge: ")


# ---- predictions ------------------------------------------------------------------------------------

QUESTIONS = [(page, schema) for page, schema in INSTANCES if "question" in schema]


def test_there_is_a_question_of_each_kind():
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


@pytest.mark.parametrize("instance", QUESTIONS, indirect=True, ids=name_of)
def test_the_answer_comes_after_the_guess(shown):
    question = shown.schema["question"]
    kind, answer = question["kind"], question["answer"]
    commit = shown.root.get_by_role("button", name="Commit")

    def is_told():
        """What of the answer can be seen: its reason, and itself."""
        itself = {
            "choice": lambda: shown.root.locator("label.true").all_inner_texts() == [question["choices"][answer]],
            "number": lambda: bool(re.search(rf"\b{answer}\b", shown.root.inner_text())),
            "sketch": lambda: shown.root.locator(".curve.second").is_visible(),
        }
        return question["because"] in shown.root.inner_text(), itself[kind]()

    assert commit.is_disabled() and is_told() == (False, False)
    shown.follow("committed=1")
    assert is_told() == (False, False), "a link that commits to nothing gives it away"
    shown.reset()
    guess_wrongly(shown, kind, answer)
    assert is_told() == (False, False)
    commit.click()
    assert is_told() == (True, True)
    before = shown.look()
    assert commit.is_disabled() and shown.root.locator(".picture input:enabled").count() == 0
    shown.run("root => root.querySelector('.handle')?.focus()")
    shown.page.keyboard.press("ArrowUp")
    assert shown.look() == before, "the guess can still be changed"
    shown.root.get_by_role("button", name="Reset").click()
    assert commit.is_disabled() and is_told() == (False, False)


# ---- colors -----------------------------------------------------------------------------------------


def test_the_colors_are_those_of_the_figures():
    css = (ROOT / "nbcode" / "widgets" / "js" / "widget.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css.partition("}")[0]))
    figures = {
        **{"one": plotting.BLUE, "one-field": plotting.BLUE_TINT},
        **{"zero": plotting.ORANGE, "zero-field": plotting.ORANGE_TINT},
        **{"ink": plotting.INK, "rule": plotting.GRID},
    }
    assert {name: light[name] for name in figures} == figures
