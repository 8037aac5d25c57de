"""Time until a page's widgets answer, and what it takes to get there: this book against a stock Jupyter Book.

The stock side is the same notebooks built by jupyter-book without `site/book.py`: require.js, html-manager's
`embed-amd.js` and anywidget's module mount the widgets. In doubt it is favoured: these three files, which a
reader gets from two other hosts, come from the page's own server, at no distance, and the widget that answers
first counts, wherever it stands. MathJax is the same local copy on both sides.

A load is in a new browser context, so nothing is cached. A widget is live once moving its control by script
changes what it says; the time is taken in the page, from the start of the navigation.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

import yaml
from book import code_hash
from browser import launch, served
from playwright.sync_api import sync_playwright

from benchmarks import BOOK, PAGE, ROOT, NotNow, need_book

title = "Until a page's widgets are live: this book against a stock Jupyter Book"

LOADS = 15  # of each side, by turns
TARGET = 0.4
WORK = ROOT / "_build" / "bench"
STOCK = WORK / "_build" / "html"  # where jupyter-book puts it

# What myst-nb and anywidget name in the pages they make: the file of the package, its place in _static/npm.
ANYWIDGET = version("anywidget")
PACKAGES = {
    "requirejs@2.3.4": ("require.js", "require.js"),
    "@jupyter-widgets/html-manager@1.0.6": ("dist/embed-amd.js", "embed-amd.js"),
    f"anywidget@{ANYWIDGET}": (
        "dist/index.js",
        f"anywidget@~{'.'.join(ANYWIDGET.split('.')[:2])}.*/dist/index.js",
    ),
}

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
    ".handle": (handle) => handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" })),
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
    need_book()
    build_stock()
    with served(BOOK) as ours, served(STOCK) as theirs, sync_playwright() as playwright:
        browser = launch(playwright)
        urls = [f"{address}/{PAGE}" for address in (ours, theirs)]
        loads = [[load(browser, url) for url in urls] for _ in range(LOADS)]
        sizes = [weigh(browser, *side) for side in zip(urls, (BOOK, STOCK), strict=True)]
        browser.close()
    ours, stock = zip(*loads, strict=True)
    return [
        row("first widget live, ms", [first for first, _ in ours], [first for first, _ in stock], TARGET),
        row("all widgets live, ms", [last for _, last in ours], [last for _, last in stock]),
        row("kB", *([raw] for raw, _ in sizes)),
        row("kB, gzipped", *([zipped] for _, zipped in sizes)),
    ]


def row(what, ours, stock, target=None):
    """Return the medians of both sides with their ranges, and the ratio of the medians."""
    ratio = median(ours) / median(stock)
    sides = {"": what, "this book": spread(ours), "stock": spread(stock), "ratio": f"{ratio:.2f}"}
    verdict = f"at most {target}: {'met' if ratio <= target else 'missed'}" if target else ""
    return sides | {"target": verdict}


def spread(values):
    middle = f"{median(values):.0f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.0f} to {max(values):.0f})"


def load(browser, url):
    """Return when the first and the last widget of a page were live."""
    page = opened(browser, url)
    times = page.evaluate("[...live.values()]")
    page.close()
    return min(times), max(times)


def weigh(browser, url, folder):
    """Return the kilobytes of the files that a page fetches from a folder, as they are and compressed."""
    paths = set()
    page = opened(browser, url, lambda response: paths.add(unquote(urlsplit(response.url).path).lstrip("/")))
    page.evaluate("MathJax.startup.promise.then(() => document.fonts.ready)")
    page.close()
    files = [(folder / path).read_bytes() for path in paths if (folder / path).is_file()]
    return sum(map(len, files)) / 1000, sum(min(len(file), len(gzip.compress(file))) for file in files) / 1000


def opened(browser, url, heard=None):
    """Return a page in a new context, once it is loaded and all its widgets are live."""
    page = browser.new_page()
    if heard:
        page.on("response", heard)
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    page.wait_for_function(ALL_LIVE)
    return page


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
    call("jupyter-book", "build", ROOT, "--config", WORK / "stock.yml", "--path-output", WORK)
    for package, (name, place) in PACKAGES.items():
        archive = call("npm", "pack", "--ignore-scripts", "--silent", package).strip()
        target = STOCK / "_static" / "npm" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(WORK / archive) as files:
            target.write_bytes(files.extractfile(f"package/{name}").read())


def call(program, *arguments):
    """Run a program, this Python's own before others, and return what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if not (found := shutil.which(program, path=path)):
        raise NotNow(f"The stock side needs {program}, which is not installed.")
    done = subprocess.run([found, *arguments], cwd=WORK, capture_output=True, text=True)
    if done.returncode:
        raise NotNow(f"{program} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
