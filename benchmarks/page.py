"""Time until a page's widgets answer, and what it takes to get there: this book against a stock Jupyter Book.

The stock side is the same notebooks built by jupyter-book without `site/book.py`: require.js, html-manager's
`embed-amd.js` and anywidget's module mount the widgets. In doubt it is favoured: its three files, which readers
get from two other hosts, come from the same server as the rest of the page, at no distance, and the widget that
answers first counts, wherever it stands. MathJax is the same local copy on both sides.

A load is in a new browser context, so nothing is cached. A widget is live once moving its control by script
changes its sentence; the time is taken in the page, from the start of the navigation.
"""

import gzip
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from statistics import median

import yaml
from book import code_hash
from browser import launch, served
from playwright.sync_api import sync_playwright

from benchmarks import ROOT, NotNow

title = "Until a page's widgets are live: this book against a stock Jupyter Book"

PAGE = "chapters/01_neuron.html"
LOADS = 15  # of each side, by turns
TARGET = 0.4
BOOK = ROOT / "_build" / "html"
WORK = ROOT / "_build" / "bench"
STOCK = WORK / "_build" / "html"  # where jupyter-book puts it
# The versions that myst-nb and anywidget name in the pages they make.
PACKAGES = {
    "requirejs@2.3.4": "require.js",
    "@jupyter-widgets/html-manager@1.0.6": "dist/embed-amd.js",
    "anywidget@0.11.0": "dist/index.js",
}
ANYWIDGET = "anywidget@~0.11.*/dist/index.js"  # how html-manager asks for it

# Touch each widget as soon as it says something, and note when it says something else.
WATCH = """(() => {
  const widgets = document.getElementsByClassName("nbcode-widget");
  const before = new Map();
  globalThis.live = new Map();
  const controls = {
    'input[type="range"]': (slider) => {
      slider.value = slider.value === slider.max ? slider.min : slider.max;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    },
    'input[type="radio"]': (radio) => radio.click(),
    'input[type="number"]': (number) => {
      number.value = 7;
      number.dispatchEvent(new Event("change", { bubbles: true }));
    },
    ".handle": (handle) => handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true })),
  };
  const touch = (widget) => {
    for (const [selector, move] of Object.entries(controls)) {
      const control = widget.querySelector(selector);
      if (control) return move(control);
    }
  };
  new MutationObserver(() => {
    for (const widget of widgets) {
      if (live.has(widget) || !widget.querySelector(".state")?.textContent) continue;
      if (!before.has(widget)) {
        before.set(widget, widget.textContent);
        touch(widget);
      } else if (widget.textContent !== before.get(widget)) live.set(widget, performance.now());
    }
  }).observe(document, { childList: true, subtree: true });
})()"""

ALL_LIVE = """document.readyState === "complete"
  && live.size === document.querySelectorAll('script[type$="widget-view+json"]').length"""


def run():
    if not (BOOK / PAGE).is_file():
        raise NotNow("The book is not built yet: make book")
    build_stock()
    loads = {}
    with served(BOOK) as ours, served(STOCK) as theirs, sync_playwright() as playwright:
        browser = launch(playwright)
        sides = {"this book": f"{ours}/{PAGE}", "stock": f"{theirs}/{PAGE}"}
        sizes = {side: weigh(browser, url) for side, url in sides.items()}
        for _ in range(LOADS):
            for side, url in sides.items():
                loads.setdefault(side, []).append(load(browser, url))
        browser.close()
    first, last = ({side: [load[i] for load in loads[side]] for side in sides} for i in (0, 1))
    raw, zipped = ({side: [size[i] / 1e6 for size in [sizes[side]]] for side in sides} for i in (0, 1))
    return [
        row("first widget live, ms", first, ".0f", TARGET),
        row("all widgets live, ms", last, ".0f"),
        row("MB", raw, ".2f"),
        row("MB, gzipped", zipped, ".2f"),
    ]


def row(what, sides, form, target=None):
    """Return the medians of both sides, with their ranges, and the ratio of the medians."""
    ratio = median(sides["this book"]) / median(sides["stock"])
    shown = {side: spread(values, form) for side, values in sides.items()}
    verdict = f"at most {target}: {'met' if ratio <= target else 'missed'}" if target else ""
    return {"": what, **shown, "ratio": f"{ratio:.2f}", "target": verdict}


def spread(values, form):
    middle, low, high = (f"{value:{form}}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def load(browser, url):
    """Open a page, and return when its first and its last widget were live."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    page.wait_for_function(ALL_LIVE)
    times = page.evaluate("[...live.values()]")
    page.close()
    return min(times), max(times)


def weigh(browser, url):
    """Return the bytes of all that a page fetches, as they are and compressed."""
    responses = []
    page = browser.new_page()
    page.on("response", lambda response: responses.append(response))
    page.goto(url, wait_until="networkidle")
    bodies = [response.body() for response in responses if response.url.startswith("http")]
    page.close()
    return sum(map(len, bodies)), sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)


def build_stock():
    """Build the book without its own extension, and lay the widget files of its pages beside them."""
    WORK.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    del config["sphinx"]["local_extensions"]
    config["sphinx"]["config"]["nb_ipywidgets_js"] = {
        "npm/require.js": {},
        "npm/embed-amd.js": {"data-jupyter-widgets-cdn": "/_static/npm/"},
    }
    config["execute"]["cache"] = str(ROOT / "_build" / ".jupyter_cache" / code_hash())
    (WORK / "stock.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    book = Path(sys.executable).with_name("jupyter-book")
    call(book, "build", ROOT, "--config", WORK / "stock.yml", "--path-output", WORK)
    if not shutil.which("npm"):
        raise NotNow("The stock side needs npm, which comes with Node.")
    call("npm", "pack", "--ignore-scripts", "--silent", *PACKAGES)
    npm = STOCK / "_static" / "npm"
    (npm / ANYWIDGET).parent.mkdir(parents=True, exist_ok=True)
    for package, name in PACKAGES.items():
        archive = WORK / f"{package.lstrip('@').replace('/', '-').replace('@', '-')}.tgz"
        target = npm / (ANYWIDGET if package.startswith("anywidget") else name.split("/")[-1])
        with tarfile.open(archive) as files:
            target.write_bytes(files.extractfile(f"package/{name}").read())


def call(*command):
    done = subprocess.run(command, cwd=WORK, capture_output=True, text=True)
    if done.returncode:
        raise NotNow(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
