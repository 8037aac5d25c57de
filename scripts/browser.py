"""A Chromium for the tests and the screenshot, and a page that cannot reach beyond this machine.

python scripts/browser.py      print the browser that will be used, or say how to get one
"""

import os
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
USUAL_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
MISSING = """No Chromium found. One of these will do:
  - Debian, Ubuntu: apt-get install chromium
  - any system:     playwright install chromium   (.venv/bin/playwright, .venv\\Scripts\\playwright)
  - your own:       set CHROMIUM to the path of a Chromium or Chrome"""


class NoBrowser(RuntimeError):
    """There is no Chromium; the message says how to get one."""


def chromium():
    """Return the path of a Chromium: `$CHROMIUM`, else the system's, else Playwright's own download."""
    if wanted := os.environ.get("CHROMIUM"):
        if found := shutil.which(wanted):
            return found
        raise NoBrowser(f"CHROMIUM is set to {wanted}, which is not a program.\n{MISSING}")
    for path in [*map(shutil.which, COMMANDS), *USUAL_PLACES]:
        if path and Path(path).is_file():
            return path
    # Asked last: it starts Playwright, which takes a moment.
    if Path(own := playwrights_own()).is_file():
        return own
    raise NoBrowser(MISSING)


def playwrights_own():
    """Return where Playwright would put its own Chromium, which need not be there."""
    # In a thread of its own: `launch` comes here while a Playwright runs, and two in one thread are refused.
    with ThreadPoolExecutor() as elsewhere:
        return elsewhere.submit(_executable_path).result()


def _executable_path():
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def launch(playwright, **options):
    """Start the browser. A container runs as root, where Chromium's sandbox does not start."""
    return playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"], **options)


def offline_context(browser, requests, **options):
    """Return a browser context that logs in `requests`, and aborts, whatever would leave this machine."""
    context = browser.new_context(**options)

    def guard(route):
        url = urlsplit(route.request.url)
        if url.scheme in ("file", "data", "blob") or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            requests.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    return context


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, *args):
        pass


@contextmanager
def served(folder):
    """Serve a folder on a free port of 127.0.0.1, and give its address."""
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    try:
        print(chromium())
    except NoBrowser as error:
        sys.exit(str(error))
