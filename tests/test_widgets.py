"""Every widget on the pages of the built book, as a reader meets it."""

import json
import re
from urllib.parse import quote

import pytest
from built import PAGES, ROOT, widgets
from links import draw, query, read

from nbcode import plotting
from nbcode import widgets as classes
from nbcode.widgets.predict import COLUMNS

INSTANCES = [(page, schema) for page in PAGES for schema in widgets(page)]
WITHOUT_CODE = {"Predict"}  # there is nothing to compute

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

# Follow a link on the open page. The host listened for hashchange first, so it has taken the state by then.
FOLLOW = """hash => new Promise((done) => {
  history.replaceState(null, "", location.pathname);
  addEventListener("hashchange", () => queueMicrotask(done), { once: true });
  location.hash = hash;
})"""

# What a button copies, caught on its way to the clipboard.
COPIED = """(root, name) => {
  let copied = null;
  navigator.clipboard.writeText = async (text) => (copied = text);
  root.querySelector(`[name=${name}]`).click();
  delete navigator.clipboard.writeText;
  return copied;
}"""

# The places of a handle that a finger meets, in the middle of them.
PLACE = """(root, index) => {
  const handle = root.querySelectorAll(".handle")[index];
  handle.ownerSVGElement.scrollIntoView({ block: "center" });
  const box = handle.ownerSVGElement.getBoundingClientRect();
  const found = [];
  for (let y = box.top + 2; y < box.bottom; y += 5)
    for (let x = box.left + 2; x < box.right; x += 5)
      if (document.elementFromPoint(x, y)?.closest(".handle") === handle) found.push({ x, y });
  return found[Math.floor(found.length / 2)];
}"""


class Shown:
    """A widget on an open page."""

    def __init__(self, visit, schema):
        self.visit, self.page, self.schema, self.id = visit, visit.page, schema, schema["id"]
        self.params, self.initial = schema["params"], schema["initial"]
        self.root = self.page.locator(f"[id='{self.id}']")
        self.handles = self.root.locator(".handle")

    def run(self, script, argument=None):
        return self.root.evaluate(script, argument)

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

    def said(self):
        """Return the note, "" when there is none."""
        return self.run("root => [...root.querySelectorAll('[role=alert]:not([hidden])')].map(n => n.innerText).join()")

    def drawn(self, count):
        return draw(self.params, count, seed=self.id)

    def disturb(self):
        """Bring the widget into some other state."""
        self.follow(query(next(self.drawn(1))))

    def python(self, settings):
        """Return the same widget in Python."""
        return getattr(classes, self.schema["widget"])(**settings)


@pytest.fixture(scope="module")
def desk(book, visit):
    """Return a function that opens a page of the book once."""
    opened = {}

    def open_page(name):
        if name not in opened:
            view = {"viewport": {"width": 1280, "height": 1000}}
            opened[name] = visit(f"{book}/{name}", permissions=["clipboard-read", "clipboard-write"], **view)
        return opened[name]

    return open_page


@pytest.fixture(scope="module")
def phone(book, visit):
    """Return a function that opens a page of the book once, on a phone."""
    opened = {}

    def open_page(name):
        if name not in opened:
            view = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
            opened[name] = visit(f"{book}/{name}", **view)
        return opened[name]

    return open_page


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
    first = shown.look()
    presets = {name: shown.initial | values for name, values in shown.schema["presets"].items()}
    for name, settings in presets.items():
        shown.disturb()
        before = shown.look()
        shown.root.get_by_role("button", name=name, exact=True).click()
        assert shown.settings() == settings
        assert shown.look() != before
        pressed = shown.root.locator("[aria-pressed=true]").all_inner_texts()
        assert pressed == [other for other in presets if presets[other] == settings]
    shown.disturb()
    assert shown.look() != first
    shown.root.get_by_role("button", name="Reset").click()
    assert shown.look() == first
    assert shown.settings() == shown.initial


# ---- links ------------------------------------------------------------------------------------------


def test_a_link_carries_any_state(shown):
    for settings in shown.drawn(12):
        shown.follow(query(settings))
        assert shown.said() == ""
        assert shown.settings() == settings
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
    fresh = Shown(visit(address, viewport={"width": 1280, "height": 1000}), shown.schema)
    assert fresh.look() == shown.look()
    fresh.page.evaluate("window.MathJax?.startup.promise.then(() => null)")
    top = fresh.run("root => root.getBoundingClientRect().top")
    assert 0 <= top < 500, "the page does not scroll to it"
    assert fresh.visit.trouble == []
    fresh.visit.close()


def test_copy_link_and_copy_as_code_reach_the_clipboard(shown):
    shown.disturb()
    copies = {"link": shown.address()}
    if shown.root.locator(".code").count():
        shown.root.locator("summary").click()
        copies["copy"] = shown.root.locator(".code code").inner_text()
    for name, text in copies.items():
        shown.reset() if name == "none" else None
        shown.root.locator(f"[name={name}]").click()
        shown.page.wait_for_function("async text => (await navigator.clipboard.readText()) === text", arg=text)
        assert shown.said() == "Copied."


# ---- nonsense ---------------------------------------------------------------------------------------

JUNK = [
    *("__proto__=1", "constructor=1", "toString=1", "nosuch=1", "%E0%A4%A", "%E0%A4%A=%E0%A4%A", "=", "x" * 100_000),
    "<img src=x onerror=window.broken=1>",
    quote("<img src=x onerror=window.broken=1>") + "=1",
    "&".join(f"junk{i}=1" for i in range(10_000)),
]


def nonsense(param):
    """Give values that a parameter can't have, as a link would write them."""
    common = ["banana", "__proto__", "toString", "NaN", "Infinity", "1e999", "%E0%A4%A", "null", "<img src=x onerror=window.broken=1>", "1" * 400]
    match param["kind"]:
        case "number":
            return [*common, "", "0x1", "1,5", "--1", str(param["low"] - 1), str(param["high"] + 1)]
        case "toggle":
            return [*common, "", "2", "-1", "true"]
        case "choice":
            return [*common, "", "__proto__", "0"]
        case "points":
            many = ";".join(["1,1,1"] * (param["most"] + 1))
            return [*common, "", ";", "1,1", "1,1,2", "1,1,0.5", "1,1,-1", "1,1,1,1", "999,1,1", "1,NaN,1", many]
        case "numbers":
            return [*common, "0", ",".join(["0"] * (param["length"] + 1)), ",".join(["NaN"] * param["length"])]


def test_nonsense_in_a_link_is_left_out_with_a_note(shown):
    good = next(settings for settings in shown.drawn(100) if settings.keys() == shown.initial.keys())
    cases = [(key, f"{key}={bad}") for key, param in shown.params.items() for bad in nonsense(param)]
    for key, bad in [*cases, *((None, junk) for junk in JUNK)]:
        valid = {other: value for other, value in good.items() if other != key}
        shown.follow(f"{bad}&{query(valid)}")
        note = shown.said()
        assert note.startswith("Left out of the link") and (key or "") in note, bad[:80]
        assert len(note) < 2000, f"{len(note)} letters about {bad[:80]}"
        assert shown.settings() == shown.initial | valid, bad[:80]
    assert shown.page.evaluate("[window.broken, document.querySelectorAll('img[src=x]').length, {}.a]") == [None, 0, None]
    shown.reset()
    assert shown.said() == ""


# ---- keyboard, finger, mouse ------------------------------------------------------------------------

STOPS = "a[href], button, input, select, summary, [tabindex]"

# What can have the focus: its name, and how it looks with or without a ring.
RINGS = f"""root => {{
  const ring = (part) => {{
    const style = getComputedStyle(part);
    return [style.outlineStyle === "none" ? "" : style.outline, style.stroke, style.strokeWidth];
  }};
  return [...root.querySelectorAll("{STOPS}")].filter((stop) => stop.checkVisibility({{ visibilityProperty: true }}) && !stop.disabled).map((stop) => ({{
    name: stop.type === "radio" ? stop.name : stop.getAttribute("aria-label") ?? stop.name ?? stop.textContent,
    focused: stop === document.activeElement,
    ring: JSON.stringify([stop, ...stop.querySelectorAll("*")].map(ring)),
  }}));
}}"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(shown):
    shown.run("root => { for (const details of root.querySelectorAll('details')) details.open = true; }")
    bare = {stop["name"]: stop["ring"] for stop in shown.run(RINGS)}
    shown.run("root => { root.tabIndex = -1; root.focus(); }")
    reached = {}
    while True:
        shown.page.keyboard.press("Tab")
        stops = [stop for stop in shown.run(RINGS) if stop["focused"]]
        if not shown.run("root => root.contains(document.activeElement)"):
            break
        reached |= {stop["name"]: stop["ring"] for stop in stops}
    shown.run("root => { root.removeAttribute('tabindex'); }")
    assert bare.keys() - reached.keys() == set()
    assert [name for name in reached if reached[name] == bare[name]] == [], "no ring to be seen"


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
    for button in shown.root.locator("button:enabled:visible, summary").all():
        shown.disturb()
        before = shown.run(everything)
        button.press("Enter")
        shown.page.wait_for_function(f"([root, before]) => ({everything})(root) !== before", arg=[shown.root.element_handle(), before])
        shown.page.evaluate("document.fullscreenElement && document.exitFullscreen()")


def finger(widget):
    """Return a function that puts a finger down, moves it through places, and lifts it."""
    devtools = widget.visit.context.new_cdp_session(widget.page)

    def touch(*places):
        for kind, place in zip(["touchStart", *["touchMove"] * len(places[1:])], places, strict=True):
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    return touch


def beside(place, dx, dy):
    return {"x": place["x"] + dx, "y": place["y"] + dy}


def test_a_finger_moves_every_handle_on_a_phone(instance, phone):
    page, schema = instance
    widget = Shown(phone(page), schema)
    touch = finger(widget)
    for index in range(widget.handles.count()):
        widget.reset()
        before = widget.look()
        assert (place := widget.run(PLACE, index)), "it is covered"
        touch(place, beside(place, 12, -5), beside(place, 30, -15))
        assert widget.look() != before, widget.handles.nth(index).get_attribute("aria-label")
    assert widget.visit.fits()
    assert widget.visit.trouble == []


def test_a_tap_flips_a_point_and_a_drag_does_not(shown, phone, instance):
    touched = Shown(phone(instance[0]), shown.schema)
    labels = ["aria-label", "Space changes its class"]
    for widget in (shown, touched):
        for index, label in enumerate(widget.handles.evaluate_all(f"all => all.map(one => one.getAttribute('{labels[0]}'))")):
            if labels[1] not in label:
                continue
            place = widget.run(PLACE, index)
            mouse = widget.page.mouse
            assert mouse and place


def test_code(shown):
    assert json and plotting and COLUMNS and ROOT and SOLUTIONS and WITHOUT_CODE
