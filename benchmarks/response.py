"""Time from a move of a widget's control to a picture that can be painted.

Of each class of widgets on the page, the first slider and the first handle. Each gets 200 moves by script, to
places far apart. The clock runs from before the event until the widget has drawn itself and the browser has
computed styles and layout; a frame is painted between two moves.
"""

from statistics import median, quantiles

from browser import launch, served
from playwright.sync_api import sync_playwright

from benchmarks import BOOK, PAGE, need_book

title = "From a move to a picture that can be painted"

TYPICAL, LATE = 8, 16  # ms, for the median and the 95th percentile; a frame has 16

MOVES = """async () => {
  const results = [];
  const widgets = [...document.querySelectorAll(".nbcode-widget")];
  for (const name of new Set(widgets.map((widget) => widget.dataset.widget))) {
    for (const kind of ['input[type="range"]', ".handle"]) {
      const control = document.querySelector(`.nbcode-widget[data-widget="${name}"] ${kind}`);
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
      move((i * 0.618) % 1);
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
        page.goto(f"{address}/{PAGE}")
        page.locator("html[data-widgets=ready]").wait_for()
        results = page.evaluate(MOVES)
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
