"""What the tests in a browser share: the built book, a Chromium, and pages that keep account of what goes wrong."""

import json
import re
import shutil

import pytest
from book import share_assets
from browser import launch, offline_context, served
from built import BOOK, KIND, PAGES, ROOT, widgets
from ipywidgets.embed import dependency_state
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

CHATTER = re.compile(r"log: \[(PST|togglebutton)\]")  # the theme's own


class Scheduling(LoadScopeScheduling):
    """Keep on one worker what shares a notebook's kernel, or a page that is open already."""

    pages = {schema["id"]: page for page in PAGES for schema in widgets(page)}

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        return self.pages.get(test.partition("[")[2].removesuffix("]"), file)


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


class Visit:
    """An open page, and its `trouble`: requests that would have left this machine, errors, all it logs."""

    def __init__(self, browser, url, **options):
        self.trouble = []
        self.context = offline_context(browser, self.trouble, **options)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.hear(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.hear(f"exception: {error}"))
        self.page.goto(url)
        if self.page.locator(f"script[type='{KIND}state+json']").count():
            self.page.locator("html[data-widgets=ready]").wait_for()

    def hear(self, line):
        if not CHATTER.match(line):
            self.trouble.append(line)

    def fits(self):
        """Tell whether nothing sticks out of the page sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def close(self):
        self.context.close()


@pytest.fixture(scope="session")
def book():
    """Return the address of the built book."""
    if not (BOOK / "index.html").is_file():
        pytest.fail("The book is not built yet: make book", pytrace=False)
    with served(BOOK) as address:
        yield address


# Of each module, not of the session: while Playwright runs, nothing else in this thread can have an event loop.
@pytest.fixture(scope="module")
def visit():
    """Return a function that opens a page in a context of its own."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield lambda url, **options: Visit(browser, url, **options)
        browser.close()


def script(name, content):
    """Write what a page holds for its widgets as the build does."""
    content = json.dumps(content).replace("</", r"<\/")
    return f'<script type="{KIND}{name}+json">{content}</script>'


@pytest.fixture
def static_page(visit, tmp_path):
    """Return a function that opens a page of nothing but widgets, made the way the build makes one."""

    def open_page(*widgets, records=None, anchor=""):
        if records is None:
            records = dependency_state(widgets, drop_defaults=False)
        views = [getattr(widget, "model_id", widget) for widget in widgets]
        state = script("state", share_assets({"state": records}))
        body = "".join(script("view", {"model_id": view}) for view in views)
        path = tmp_path / "page.html"
        head = f'<!doctype html><meta charset="utf-8">{state}<script src="host.js"></script>'
        path.write_text(f"{head}<body>{body}", encoding="utf-8")
        shutil.copy(ROOT / "site" / "static" / "host.js", tmp_path)
        return visit(path.as_uri() + anchor)

    return open_page
