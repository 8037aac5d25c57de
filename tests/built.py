"""What the built book holds, read without a browser."""

import json
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "_build" / "html"
KIND = "application/vnd.jupyter.widget-"

# Without index.html, which only leads to the introduction.
PAGES = sorted({p.relative_to(BOOK).as_posix() for p in BOOK.rglob("*.html")} - {"index.html"})
PAGES = [page for page in PAGES if not page.startswith("_")]


@cache
def soup(page):
    """Return a page as the build wrote it."""
    return BeautifulSoup((BOOK / page).read_text(encoding="utf-8"), "html.parser")


def widgets(page):
    """Return the schemas of the book's widgets that a page shows, in order."""
    if not (state := soup(page).find("script", type=f"{KIND}state+json")):
        return []
    records = json.loads(state.string)["state"]
    views = soup(page).find_all("script", type=f"{KIND}view+json")
    shown = [records[json.loads(view.string)["model_id"]]["state"] for view in views]
    return [state["_schema"] for state in shown if "_schema" in state]
