"""Take site/screenshot.png, the picture in the README, of the built first chapter."""

import sys
from pathlib import Path

from browser import NoBrowser, launch, offline_context, served
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGE = "chapters/01_neuron.html"
STATE = "#neuron-play?w1=1.4&w2=1&b=-1.5"
PICTURE = ROOT / "site" / "screenshot.png"


def main():
    book = ROOT / "_build" / "html"
    if not (book / PAGE).is_file():
        return f"{PAGE} is not built yet: make book"
    view = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
    with served(book) as address, sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as error:
            return str(error)
        page = offline_context(browser, [], **view).new_page()
        page.goto(f"{address}/{PAGE}{STATE}")
        page.locator(".nbcode-widget").first.wait_for()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE.relative_to(ROOT))
    return None


if __name__ == "__main__":
    sys.exit(main())
