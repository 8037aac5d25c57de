"""A widget in a real JupyterLab with a real kernel: what a person moves and what Python sets is one state."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from browser import launch, offline_context
from nbformat.v4 import new_code_cell, new_notebook, writes
from playwright.sync_api import expect, sync_playwright

SHOW, SHOW_AGAIN, SETTINGS, SET, OTHER = range(5)
CELLS = [
    "from nbcode.widgets import Neuron\nneuron = Neuron()\nneuron",
    "neuron",
    "import json\nprint(json.dumps(neuron.settings()))",
    "neuron.w1 = -2.5",
    "Neuron(w1=3)",
]
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
PATIENCE = 60  # seconds on a busy machine; every wait ends as soon as there is something to see


@contextmanager
def jupyterlab(folder):
    """Run a JupyterLab that no setting of the user's can change, and give its address."""
    notebooks, runtime, log = folder / "notebooks", folder / "runtime", folder / "log.txt"
    notebooks.mkdir()
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS], metadata=KERNEL)
    (notebooks / "nb.ipynb").write_text(writes(notebook), encoding="utf-8")
    # Kernels and extensions are still found: Jupyter always looks below sys.prefix too.
    environment = {key: os.environ[key] for key in os.environ if not key.startswith(("JUPYTER", "IPYTHON"))}
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        environment[name] = str(folder / name)
    environment["JUPYTER_RUNTIME_DIR"] = str(runtime)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.root_dir={notebooks}", "--ServerApp.port=0"),
        *("--ServerApp.token=", "--ServerApp.password="),  # only this test: no token, no password
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        try:
            yield address(server, runtime, log)
        finally:
            server.terminate()  # it ends its kernels; should it not come to that, they end with it
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def address(server, runtime, log):
    """Return the address that a server writes down once it listens, or fail with its log."""
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        for path in runtime.glob("jpserver-*.json"):
            if text := path.read_text(encoding="utf-8"):
                return json.loads(text)["url"]
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.05)  # it may also end
    pytest.fail(f"JupyterLab did not start; its log:\n{log.read_text(encoding='utf-8')}", pytrace=False)


class Notebook:
    """The notebook of CELLS, open in JupyterLab."""

    def __init__(self, page, address):
        self.page = page
        page.goto(f"{address}doc/tree/nb.ipynb")
        status = page.get_by_title("Change kernel for nb.ipynb")
        expect(status).to_contain_text("Idle", timeout=PATIENCE * 1000)

    def cell(self, index):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def widget(self, index=SHOW):
        return self.cell(index).locator(".nbcode-widget")

    def slider(self, index=SHOW):
        return self.widget(index).get_by_role("slider", name="w₁")

    def state(self, index=SHOW):
        return self.widget(index).get_by_role("status")

    def handle(self, name):
        return self.widget().get_by_role("button", name=name)

    def drag(self, to, index=SHOW):
        """Drag the slider from its middle to a place between 0 and 1, and return the value it has there."""
        slider = self.slider(index)
        box = slider.bounding_box()
        slider.drag_to(slider, target_position={"x": to * box["width"], "y": box["height"] / 2})
        return float(slider.input_value())

    def run(self, index):
        """Run a cell with Shift+Enter, and wait for the kernel to finish it."""
        prompt = self.cell(index).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        expect(prompt).to_have_text(re.compile(rf"(?!{re.escape(before)})\[\d+\]:"), timeout=PATIENCE * 1000)

    def python_has(self, **wanted):
        """Ask Python until its neuron is as wanted: JupyterLab holds back moves while the kernel is busy."""
        end = time.monotonic() + 5
        found = None
        while found != wanted and time.monotonic() < end:
            self.run(SETTINGS)
            settings = json.loads(self.cell(SETTINGS).locator(".jp-OutputArea-output").inner_text())
            found = {name: settings[name] for name in wanted}
        assert found == wanted


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with the notebook open, and the requests that would have left this machine."""
    requests = []
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address, sync_playwright() as playwright:
        context = offline_context(launch(playwright), requests, viewport={"width": 1280, "height": 1800})
        yield Notebook(context.new_page(), address), requests
        context.browser.close()


@pytest.fixture
def notebook(lab):
    """Return the notebook with a new neuron, shown twice."""
    notebook, _ = lab
    for index in (SHOW, SHOW_AGAIN):
        notebook.run(index)
        expect(notebook.slider(index)).to_have_value("1")
    return notebook


def test_a_dragged_slider_moves_python(notebook):
    value = notebook.drag(to=0.9)
    assert value > 2.5
    expect(notebook.state()).to_contain_text(f"{value:.2f}·x₁")
    notebook.python_has(w1=value, w2=-1.0)


def test_the_arrow_keys_stay_in_the_widget(notebook):
    """JupyterLab's command mode takes the keys of every element that does not forbid it."""
    notebook.slider().focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        notebook.page.keyboard.press(key)
    expect(notebook.slider()).to_be_focused()
    expect(notebook.slider()).to_have_value("1.15")
    notebook.python_has(w1=1.15)
    notebook.handle(re.compile("^Weight vector")).focus()
    notebook.page.keyboard.press("ArrowUp")
    notebook.python_has(w1=1.15, w2=-0.9)


def test_python_moves_every_view(notebook):
    notebook.run(SET)
    for index in (SHOW, SHOW_AGAIN):
        expect(notebook.slider(index)).to_have_value("-2.5")
        expect(notebook.state(index)).to_contain_text("where −2.50·x₁")


def test_a_preset_changes_the_points_in_python(notebook):
    notebook.handle("XOR").click()
    notebook.python_has(points=[[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])


def test_two_views_stay_in_step(notebook):
    for moved, other, to in ((SHOW, SHOW_AGAIN, 0.9), (SHOW_AGAIN, SHOW, 0.2)):
        value = notebook.drag(to, moved)
        expect(notebook.slider(other)).to_have_value(f"{value:g}")
        expect(notebook.state(other)).to_have_text(notebook.state(moved).inner_text())
        notebook.python_has(w1=value)


def test_two_neurons_do_not_meddle_with_each_other(notebook):
    notebook.run(OTHER)
    notebook.run(SET)
    expect(notebook.slider()).to_have_value("-2.5")
    expect(notebook.slider(OTHER)).to_have_value("3")
    ids = notebook.page.locator(".nbcode-widget [id]").evaluate_all("all => all.map((element) => element.id)")
    assert len(ids) == len(set(ids))


def test_the_address_is_left_alone_and_nothing_is_fetched_from_elsewhere(notebook, lab):
    page, before = notebook.page, notebook.page.evaluate("[location.href, history.length]")
    value = notebook.drag(to=0.7)
    notebook.python_has(w1=value)  # a turn to Python and back: a link would have been written by now
    assert page.evaluate("[location.href, history.length]") == before
    assert page.evaluate("location.hash") == ""
    assert notebook.widget().locator("button[name=link]").count() == 0
    assert lab[1] == []
