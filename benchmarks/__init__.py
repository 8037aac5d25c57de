"""Benchmarks: each module here has a `title`, and a `run()` that returns the rows of its table."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORDED = Path(__file__).parent / "recorded"
BOOK = ROOT / "_build" / "html"
PAGE = "chapters/01_neuron.html"  # the page that stands for all where one is enough
sys.path += [str(ROOT / "scripts"), str(ROOT / "site")]


class NotNow(RuntimeError):
    """A benchmark can't run here; the message says what it lacks."""


def need_book():
    """Refuse to measure a page that is not there."""
    if not (BOOK / PAGE).is_file():
        raise NotNow("The book is not built yet: make book")
