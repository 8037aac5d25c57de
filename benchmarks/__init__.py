"""Benchmarks: each module here has a `title`, and a `run()` that returns the rows of its table."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "scripts"), str(ROOT / "site")]


class NotNow(RuntimeError):
    """A benchmark can't run here; the message says what it lacks."""
