"""The set-up: exact pins, and one clear message where something is missing."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import browser
import pytest
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[1]
LINES = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
PINS = [line for line in LINES if line and not line.startswith("#")]


def test_every_requirement_is_pinned_exactly():
    assert PINS.pop() == "-e ."
    loose = [line for line in PINS if not re.fullmatch(r'[\w.-]+==[\w.]+(; sys_platform [!=]= "\w+")?', line)]
    assert loose == []
    names = [re.split("==", line)[0].lower().replace("_", "-") for line in PINS]
    assert sorted(set(names)) == sorted(names), "a package is pinned twice"


def test_what_nbcode_needs_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {line.split("==")[0] for line in PINS}
    assert set(project["dependencies"]) <= pinned


# ---- the browser ------------------------------------------------------------------------------------


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine on which no browser is installed."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser, "USUAL_PLACES", ())
    monkeypatch.setattr(browser, "playwrights_own", lambda: "/no/such/chrome")


def test_without_a_chromium_the_message_says_what_to_do(bare_machine):
    with pytest.raises(browser.NoBrowser) as refused:
        browser.chromium()
    for way in ("apt-get install chromium", "playwright install chromium", "set CHROMIUM"):
        assert way in str(refused.value)


def test_a_chromium_variable_that_leads_nowhere_is_named(bare_machine, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(browser.NoBrowser, match="CHROMIUM is set to /no/such/browser, which is no"):
        browser.chromium()


def test_playwrights_own_download_comes_last(bare_machine, monkeypatch, tmp_path):
    own, systems = tmp_path / "own", tmp_path / "chromium"
    own.touch()
    systems.touch()
    monkeypatch.setattr(browser, "playwrights_own", lambda: str(own))
    assert browser.chromium() == str(own)
    monkeypatch.setattr(browser.shutil, "which", lambda name: str(systems) if name == "chromium" else None)
    assert browser.chromium() == str(systems)


def test_playwrights_own_download_is_found_while_a_playwright_runs():
    with browser.sync_playwright() as playwright:
        assert browser.playwrights_own() == playwright.chromium.executable_path


def test_a_page_cannot_reach_beyond_this_machine(tmp_path):
    (tmp_path / "index.html").write_text("<title>here</title>")
    (tmp_path / "far.js").touch()
    requests = []
    with browser.served(tmp_path) as address, browser.sync_playwright() as playwright:
        # By another name the same server stands in for a far one, so that nothing but the guard can stop it.
        far = address.replace("127.0.0.1", "localhost") + "/far.js"
        chrome = browser.launch(playwright)
        page = browser.offline_context(chrome, requests).new_page()
        page.goto(f"{address}/index.html")
        assert page.title() == "here"
        page.add_script_tag(url="/far.js")
        with pytest.raises(PlaywrightError):
            page.add_script_tag(url=far)
        chrome.close()
    assert requests == [far]


# ---- make -------------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path):
    """The files that `make` needs for the set-up, in a folder without a .venv."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder, *arguments, **environment):
    # Without what the make that runs these tests hands down.
    inherited = ("MAKE", "MFLAGS", "PYTHON")
    env = {key: value for key, value in os.environ.items() if not key.startswith(inherited)} | environment
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)


def fake_python(folder, venv):
    """Write a program that passes for a Python of the right version; `venv` is what it does for -m venv."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\ncase "$1" in -c) exit 0;; esac\n{venv}\n')
    path.chmod(0o755)
    return f"PYTHON={path}"


# A .venv whose python succeeds at whatever it is asked, unless PIP_EXIT says otherwise.
FAKE_VENV = r"""
mkdir -p .venv/bin
printf '#!/bin/sh\nexit ${PIP_EXIT:-0}\n' > .venv/bin/python
chmod +x .venv/bin/python"""


def test_make_alone_lists_the_targets(clone):
    result = make(clone)
    assert result.returncode == 0
    listed = re.findall(r"^  make (\w+) +\w", result.stdout, re.MULTILINE)
    wanted = "help book test notebooks lab serve handout widgets screenshot bench clean"
    assert listed == wanted.split()


def test_a_python_that_is_too_old_is_named(clone):
    result = make(clone, "book", "PYTHON=/bin/false")
    assert result.returncode != 0
    assert "needs Python 3.11 or later; '/bin/false' is not that" in result.stderr
    assert "make PYTHON=" in result.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(clone):
    result = make(clone, "book", fake_python(clone, venv="exit 1"))
    assert result.returncode != 0
    assert "apt-get install python3-venv" in result.stderr


def test_a_failed_installation_leaves_no_stamp_and_the_next_call_mends_it(clone):
    python = fake_python(clone, FAKE_VENV)
    failed = make(clone, ".venv/.ready", python, PIP_EXIT="1")
    assert failed.returncode != 0
    assert "The packages could not be installed" in failed.stderr
    assert not (clone / ".venv" / ".ready").exists()
    assert make(clone, ".venv/.ready", python).returncode == 0
    assert (clone / ".venv" / ".ready").exists()


def test_a_changed_pin_sets_up_again(clone):
    python = fake_python(clone, FAKE_VENV)
    make(clone, ".venv/.ready", python)
    assert make(clone, "--question", ".venv/.ready", python).returncode == 0
    stamp = (clone / ".venv" / ".ready").stat().st_mtime
    os.utime(clone / "requirements.txt", (stamp + 10, stamp + 10))
    assert make(clone, "--question", ".venv/.ready", python).returncode == 1


def test_a_venv_that_works_is_kept_and_a_broken_one_is_made_anew(clone):
    """A torch in it may have been chosen by hand, and two Pythons mixed in one .venv break both."""
    python = fake_python(clone, FAKE_VENV + "\necho made >> made.txt")
    made = clone / "made.txt"
    for pin in range(2):
        (clone / "requirements.txt").write_text(f"# {pin}")
        assert make(clone, "--always-make", ".venv/.ready", python).returncode == 0
    assert made.read_text() == "made\n"
    (clone / ".venv" / "bin" / "python").write_text("#!/no/such/python\n")
    assert make(clone, "--always-make", ".venv/.ready", python).returncode == 0
    assert made.read_text() == "made\nmade\n"
