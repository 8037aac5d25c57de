"""Time from a move of a widget's control to a picture that can be painted.

Of each class of widgets, on the first page where one stands, the first slider and the first handle. Each gets 200
moves by script, to places far apart. The clock runs from before the event until the widget has drawn itself and the
browser has computed styles and layout; a frame is painted between two moves.
"""

from statistics import median, quantiles

from browser import launch, served
from playwright.sync_api import sync_playwright

from benchmarks import BOOK, need_book

title = "From a move to a picture that can be painted"

TYPICAL, LATE = 8, 16  # ms, for the median and the 95th percentile; a frame has 16

MOVES = """async (seen) => {
  const results = [];
  const widgets = [...document.querySelectorAll(".nbcode-widget")];
  for (const name of new Set(widgets.map((widget) => widget.dataset.widget))) {
    if (seen.includes(name)) continue;
    for (const kind of ['input[type="range"]', ".handle"]) {
      const controls = [...document.querySelectorAll(`.nbcode-widget[data-widget="${name}"] ${kind}`)];
      const control = controls.find((element) => element.checkVisibility());
      if (!control) continue;
      results.push([name, control.name ?? control.getAttribute("aria-label"), await time(control)]);
    }
  }
  return results;

  async function time(control) {
    const widget = control.closest(".nbcode-widget");
    widget.scrollIntoView();
    const move = control.min === undefined ? drag(control) : slide(control);
    const times = [];
    let shown = widget.innerHTML;
    for (let i = 0; times.length < 200; i += 1) {
      if (i === 1000) throw new Error(`${widget.dataset.widget}: what should move does not`);
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      move(((i % 2 ? i : 1000 - i) * 0.618) % 1); // to and fro: what only turns one way would come to its end
      await null; // widgets draw in a microtask
      widget.getBoundingClientRect();
      const end = performance.now();
      if (widget.innerHTML !== shown) times.push(end - start);
      shown = widget.innerHTML;
    }
    window.dispatchEvent(new MouseEvent("mouseup", { view: window })); // a drag ends
    return times;
  }

  function slide(slider) {
    return (part) => {
      slider.value = Number(slider.min) + part * (slider.max - slider.min);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    };
  }

  function drag(handle) {
    const { x, y, width, height } = handle.getBoundingClientRect();
    const send = (type, target, turn) => target.dispatchEvent(new MouseEvent(type, {
      bubbles: true,
      view: window,
      clientX: x + width / 2 + 40 * Math.cos(2 * Math.PI * turn),
      clientY: y + height / 2 + 40 * Math.sin(2 * Math.PI * turn),
    }));
    send("mousedown", handle, 0);
    return (turn) => send("mousemove", window, turn);
  }
}"""


def run():
    need_book()
    with served(BOOK) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        results = []
        for chapter in sorted(BOOK.glob("chapters/*.html")):
            page.goto(f"{address}/chapters/{chapter.name}")
            page.locator("html[data-widgets=ready]").wait_for()
            results += page.evaluate(MOVES, [name for name, *_ in results])
        browser.close()
    return [row(*result) for result in results]


def row(widget, control, times):
    typical, late = median(times), quantiles(times, n=20)[-1]
    return {
        "widget": widget,
        "moved": control.split(". ")[0],
        "median, ms": f"{typical:.1f}",
        "95th percentile, ms": f"{late:.1f}",
        "targets": f"below {TYPICAL} and {LATE}: {'met' if typical < TYPICAL and late < LATE else 'missed'}",
    }
