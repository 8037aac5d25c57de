"""What a static page does for its widgets: site/static/host.js, and the contract of front-end modules it keeps."""

import json
import re
from itertools import pairwise

import pytest
from ipywidgets.embed import dependency_state
from links import query
from playwright.sync_api import expect

from nbcode.widgets import Neuron

# A front end that writes down what happens to it.
MODULE = """
const log = (...entry) => (globalThis.log ??= []).push(entry);
const definition = {
  initialize({ model }) { log("initialize", model.get("name")); },
  render({ model, el }) { log("render", model.get("name")); globalThis.model = model; el.textContent = "drawn"; },
};
"""
OBJECT = MODULE + "export default definition;"
FUNCTION = MODULE + "export default () => definition;"
ASYNC = MODULE + "export default async () => definition;"
SLOW = OBJECT.replace("initialize({ model }) {", "async initialize({ model }) { await fetch('data:,');")
NAMED = MODULE + "export const render = definition.render;"
CSS = "p { color: rgb(1, 2, 3); }"


def record(name, esm=OBJECT, **more):
    return {"model_name": "AnyModel", "state": {"name": name, "_esm": esm} | more}


def test_controls_and_presets_keep_their_order_when_the_keys_are_sorted(static_page):
    """As they are in a page whose notebook comes from the cache."""
    widget = Neuron()
    records = json.loads(json.dumps(dependency_state([widget], drop_defaults=False), sort_keys=True))
    page = static_page(widget, records=records).page
    names = page.locator(".controls input").evaluate_all("all => all.map((input) => input.name.replace('-exact', ''))")
    wanted = [name for name in widget.params() if name in names]
    assert wanted != sorted(wanted)
    assert list(dict.fromkeys(name for name in names if name in wanted)) == wanted
    assert page.locator(".presets button").all_inner_texts() == list(Neuron.presets) != sorted(Neuron.presets)


@pytest.mark.parametrize("esm", [OBJECT, FUNCTION, ASYNC], ids=["object", "function", "async function"])
def test_a_model_is_initialized_once_and_rendered_for_each_view(esm, static_page):
    shown = static_page("a", "b", "a", records={"a": record("one", esm), "b": record("two", esm)})
    log = [" ".join(entry) for entry in shown.page.evaluate("log")]
    assert sorted(log) == ["initialize one", "initialize two", "render one", "render one", "render two"]
    assert log.index("initialize one") < log.index("render one")
    assert shown.page.get_by_text("drawn").count() == 3
    assert shown.trouble == []


def test_initialize_may_take_its_time(static_page):
    shown = static_page("a", records={"a": record("one", SLOW)})
    assert shown.page.evaluate("log") == [["initialize", "one"], ["render", "one"]]


def test_a_bare_render_will_do(static_page):
    shown = static_page("a", records={"a": record("one", NAMED)})
    assert shown.page.evaluate("log") == [["render", "one"]]


def test_a_style_sheet_is_added_once(static_page):
    shown = static_page("a", "b", "a", records={"a": record("one", _css=CSS), "b": record("two", _css=CSS)})
    sheets = shown.page.locator("style").all_inner_texts()
    assert sheets == [CSS]


def test_what_needs_python_says_so(static_page):
    shown = static_page(
        "a", "b", "gone", records={"a": record("one"), "b": {"model_name": "IntSliderModel", "state": {}}}
    )
    sentence = "This control needs Python. Download this page as a notebook to run it."
    assert shown.page.locator(".needs-kernel").all_inner_texts() == [sentence] * 2
    assert shown.page.get_by_text("drawn").count() == 1
    assert shown.trouble == []


def test_a_widget_that_fails_takes_no_other_with_it(static_page):
    broken = "export default { render() { throw new Error('broken'); } };"
    shown = static_page("a", "b", records={"a": record("one", broken), "b": record("two")})
    assert shown.page.get_by_text("drawn").count() == 1
    assert [line for line in shown.trouble if "broken" in line] != []


def test_a_model_tells_of_its_changes(static_page):
    shown = static_page("a", records={"a": record("one", x=1, y=2)})
    heard = shown.page.evaluate("""() => {
      const heard = [];
      const hear = (name) => (...details) => heard.push([name, model.get("x"), details[1] ?? null]);
      const [x, both, any] = [hear("x"), hear("both"), hear("any")];
      const after = (action) => { action(); return heard.splice(0); };
      model.on("change:x", x);
      model.on("change:x change:y", both);
      model.on("change", any);
      return {
        set: after(() => model.set("x", 5)),
        same: after(() => model.set("x", 5)),
        several: after(() => model.set({ x: 6, y: 7 })),
        saved: after(() => model.save_changes()),
        off: after(() => { model.off("change:x", x); model.set("x", 8); }),
        silent: after(() => { model.off(); model.set("x", 9); }),
        end: [model.get("x"), model.get("y"), model.get("nothing") ?? null],
      };
    }""")
    assert heard == {
        "set": [["x", 5, 5], ["both", 5, 5], ["any", 5, None]],
        "same": [],
        "several": [["x", 6, 6], ["both", 6, 6], ["both", 6, 7], ["any", 6, None]],
        "saved": [],
        "off": [["both", 8, 8], ["any", 8, None]],
        "silent": [],
        "end": [9, 7, None],
    }


def test_two_views_of_a_model_stay_in_step(static_page):
    neuron = Neuron()
    shown = static_page(neuron, neuron)
    views = shown.page.locator(".nbcode-widget")
    for moved in range(2):
        before = views.nth(0).get_by_role("status").inner_text()
        views.nth(moved).get_by_role("slider", name="w₁").press("ArrowRight")
        views.nth(moved).get_by_role("button", name=re.compile("^Decision line")).press("ArrowUp")
        texts = [views.nth(view).locator(".inner").inner_text() for view in range(2)]
        values = [views.nth(view).locator("input").evaluate_all("all => all.map(i => i.value)") for view in range(2)]
        assert texts[0] == texts[1] and values[0] == values[1]
        assert views.nth(0).get_by_role("status").inner_text() != before
    ids = shown.page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids)) and neuron._schema["id"] in ids
    assert shown.trouble == []


# ---- the address ------------------------------------------------------------------------------------


@pytest.fixture
def neuron(static_page):
    """A page with a neuron, and one that is called `other`."""
    return static_page(Neuron(), Neuron(name="other"))


def sentence(shown, name="neuron"):
    return shown.page.locator(f"#{name}").get_by_role("status").inner_text()


# What the scripts below use: turn the first slider, and wait for an event.
TOOLS = """
  const turn = (value) => {
    const slider = document.querySelector("#neuron input[type=range]");
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const followed = () => new Promise((done) => addEventListener("hashchange", done, { once: true }));
  const frame = () => new Promise(requestAnimationFrame);
"""


def test_the_address_is_written_at_most_twice_a_second(neuron):
    """Browsers refuse pages that rewrite their address more often."""
    script = """
      const times = [];
      const replace = history.replaceState.bind(history);
      history.replaceState = (...what) => { times.push(performance.now()); replace(...what); };
      for (let now = await frame(), end = now + 1800; now < end; now = await frame()) turn(4 * Math.sin(now / 300));
      turn(1.5);
      return times;"""
    times = neuron.page.evaluate(f"async () => {{ {TOOLS} {script} }}")
    assert len(times) > 1 and min(after - before for before, after in pairwise(times)) > 490
    neuron.page.wait_for_function("location.hash === '#neuron?w1=1.5'")
    assert neuron.page.evaluate("history.length") == 2


def test_a_link_that_is_followed_wins_over_an_address_about_to_be_written(neuron):
    """The timer of the address may run out between the click on a link and the event that tells of it."""
    script = """
      turn(3);
      await null; // it is drawn now, and about to be written
      const end = performance.now() + 600;
      while (performance.now() < end);
      location.hash = "#neuron?w1=-2";
      await followed();"""
    neuron.page.evaluate(f"async () => {{ {TOOLS} {script} }}")
    assert "where −2.00·x₁" in sentence(neuron)
    neuron.page.wait_for_function("location.hash === '#neuron?w1=-2'")


def test_a_change_soon_after_a_link_reaches_the_address(neuron):
    script = """
      turn(3);
      while (location.hash !== "#neuron?w1=3") await frame();
      turn(2);
      await null; // it is drawn now, and about to be written
      location.hash = "#neuron?w1=-2";
      await followed();
      turn(-1);"""
    neuron.page.evaluate(f"async () => {{ {TOOLS} {script} }}")
    neuron.page.wait_for_function("location.hash === '#neuron?w1=-1'")


def test_a_link_moves_its_own_widget_only(neuron):
    before = sentence(neuron)
    other = neuron.page.locator("#neuron-other").get_by_role("status")
    for link, state in (("?w1=2", "where 2.00·x₁"), ("", "where 1.00·x₁")):
        neuron.page.evaluate("link => (location.hash = `#neuron-other${link}`)", link)
        expect(other).to_contain_text(state)
        assert sentence(neuron) == before


NOWHERE = ["#", "#nothing", "#nothing?w1=2", "#?w1=2", "#%E0%A4%A?w1=2", "#__proto__?w1=2", "#neuron%"]


@pytest.mark.parametrize("anchor", NOWHERE)
def test_an_address_that_names_no_widget_does_nothing(anchor, neuron):
    before = sentence(neuron)
    for step in ("#start", anchor):
        script = "location.hash = step; await followed();"
        neuron.page.evaluate(f"async (step) => {{ {TOOLS} {script} }}", step)
        assert sentence(neuron) == before
    assert neuron.trouble == []


def test_a_page_that_is_opened_by_a_link_takes_its_state(static_page):
    link = f"#neuron?w2=banana&{query({'w1': -3.25, 'points': [[0.5, 0.25, 1]]})}"
    shown = static_page(Neuron(), anchor=link)
    assert "where −3.25·x₁ − 1.00·x₂" in sentence(shown)
    assert shown.page.get_by_role("alert").inner_text().startswith("Left out of the link: w2=banana")
    assert shown.trouble == []
