"""One style for all code."""

import subprocess
import sys

from built import ROOT


def test_ruff_has_nothing_to_say():
    result = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
