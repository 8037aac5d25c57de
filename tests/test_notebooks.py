"""The notebooks are in normal form, and what makes them so does what it says."""

import json
import zipfile
from base64 import b64encode
from io import BytesIO

import nbformat
import notebooks
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image

PNG = "image/png"


@pytest.mark.parametrize("path", notebooks.notebooks(), ids=lambda path: path.name)
def test_every_notebook_is_in_normal_form(path):
    assert notebooks.problems(path) == []


def code(source, *outputs, name="cell", count=7, **metadata):
    return new_code_cell(source, id=name, execution_count=count, outputs=list(outputs), metadata=metadata)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def figure(pixels, text="<Figure size 640x480 with 1 Axes>"):
    return new_output("display_data", {PNG: pixels, "text/plain": text})


def book(*cells, **metadata):
    # Not new_notebook: it mends the ids that some of these tests break.
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def save(path, nb):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.text_of(nb), encoding="utf-8")
    return path


def normal(*cells):
    return notebooks.normalise(book(*cells))


# ---- normalise --------------------------------------------------------------------------------------


def test_what_an_editor_leaves_behind_goes():
    nb = book(
        code("1", execution={"iopub.execute_input": "2026-01-01"}, collapsed=True, tags=["keep"]),
        widgets={"state": {}},
        kernelspec={"name": "my-env", "display_name": "My env"},
        language_info={"name": "python", "version": "3.11.2"},
        mystnb={"execution_timeout": 60},
    )
    result = notebooks.normalise(nb)
    assert result.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mystnb": {"execution_timeout": 60},
    }
    assert result.cells[0].metadata == {"tags": ["keep"]}
    assert "widgets" in nb.metadata, "normalise must leave its argument alone"


def test_cells_are_numbered_in_order_and_an_unexecuted_one_stays_so():
    result = [new_output("execute_result", {"text/plain": "1"}, execution_count=9)]
    first, second, third = code("1", *result, name="a"), code("2", name="b", count=None), code("3", name="c")
    nb = normal(first, second, third)
    assert [cell.execution_count for cell in nb.cells] == [1, None, 2]
    assert nb.cells[0].outputs[0].execution_count == 1


def test_ids_are_kept_and_missing_or_doubled_ones_made_the_same_each_time():
    cells = [new_markdown_cell("same", id="kept") for _ in range(3)]
    del cells[2]["id"]
    ids = [cell.id for cell in normal(*cells).cells]
    assert ids[0] == "kept"
    assert len(set(ids)) == 3
    assert ids == [cell.id for cell in normal(*cells).cells]


def test_streams_are_merged_and_do_not_depend_on_timing():
    one = normal(code("", printed("a"), printed("!", "stderr"), printed("b")))
    other = normal(code("", printed("!", "stderr"), printed("ab")))
    assert [(out.name, out.text) for out in one.cells[0].outputs] == [("stdout", "ab"), ("stderr", "!")]
    assert one == other


def test_a_widget_view_gets_a_stable_model_id_and_keeps_its_text():
    def shown(model):
        view = {"model_id": model, "version_major": 2, "version_minor": 1}
        return new_output("display_data", {notebooks.VIEW: view, "text/plain": "Neuron(w1=2.0)"})

    one, other = normal(code("n", shown("11"), shown("12"))), normal(code("n", shown("21"), shown("22")))
    views = [out.data[notebooks.VIEW] for out in one.cells[0].outputs]
    assert one == other
    assert views[0]["model_id"] != views[1]["model_id"]
    assert (views[0]["version_major"], views[0]["version_minor"]) == (2, 0)
    assert one.cells[0].outputs[0].data["text/plain"] == "Neuron(w1=2.0)"


def test_a_solution_is_folded():
    cell = normal(code("x = 1", tags=["solution"])).cells[0]
    assert cell.metadata["tags"] == ["solution", "hide-cell"]
    assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert cell.metadata["mystnb"]["code_prompt_show"] == "Show the solution"


def test_normal_form_is_its_own_normal_form():
    nb = normal(code("n", printed("a"), figure("AA=="), tags=["solution"]), new_markdown_cell("text"))
    assert notebooks.normalise(nb) == nb
    nbformat.validate(nb)


# ---- pictures ---------------------------------------------------------------------------------------


def drawn(dots):
    """Return a picture of 10,000 white pixels, some of them black, as a notebook holds it."""
    pixels = Image.new("L", (100, 100), 255)
    pixels.putdata([0] * dots + [255] * (10_000 - dots))
    pixels.save(file := BytesIO(), "png")
    return b64encode(file.getvalue()).decode()


OLD, SAME, OTHER = drawn(0), drawn(4), drawn(5)


@pytest.mark.parametrize(
    ("source", "outputs", "kept"),
    [
        ("plot()", [printed("0.5"), figure(SAME)], True),
        ("plot()", [printed("0.5"), figure(OTHER)], False),
        ("plot(2)", [printed("0.5"), figure(SAME)], False),
        ("plot()", [printed("0.6"), figure(SAME)], False),
        ("plot()", [printed("0.5"), figure(SAME, "<Figure size 100x100 with 1 Axes>")], False),
        ("plot()", [printed("0.5"), figure(SAME), figure(SAME)], False),
    ],
    ids=["same", "drawing", "source", "text", "size", "one more"],
)
def test_a_picture_is_kept_only_where_source_text_and_drawing_are_the_same(source, outputs, kept):
    old = normal(code("plot()", printed("0.5"), figure(OLD)))
    new = normal(code(source, *outputs))
    notebooks.keep_pictures(new, old)
    assert (new.cells[0].outputs[1].data[PNG] == OLD) == kept


# ---- run --------------------------------------------------------------------------------------------


def test_run_executes_in_the_folder_of_the_notebook_and_twice_gives_the_same_file(tmp_path):
    (tmp_path / "data.txt").write_text("42")
    source = "import os\nprint(open('data.txt').read(), os.environ['TQDM_DISABLE'])\nobject"
    path = save(tmp_path / "n.ipynb", book(code(source, count=None)))
    notebooks.run(path)
    first = path.read_bytes()
    notebooks.run(path)
    assert path.read_bytes() == first
    assert b"42 1" in first
    assert notebooks.problems(path) == []
    assert sorted(tmp_path.iterdir()) == [tmp_path / "data.txt", path]


def test_run_names_the_failing_cell_and_leaves_the_file_alone(tmp_path):
    path = save(tmp_path / "n.ipynb", book(code("x = 1", name="fine"), code("x / 0", name="bad")))
    before = path.read_bytes()
    with pytest.raises(notebooks.CellError) as failed:
        notebooks.run(path)
    assert str(failed.value) == "n.ipynb: cell 1 (bad): ZeroDivisionError: division by zero"
    assert path.read_bytes() == before


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "n.ipynb"
    path.write_text("old")
    monkeypatch.setattr(notebooks.os, "replace", lambda *names: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        notebooks.write_atomically(path, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("n.ipynb", "old")]


# ---- check ------------------------------------------------------------------------------------------

ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("1", count=None)], "never executed"),
        ([code("1", ERROR)], "its output is an error"),
        ([code("x", printed("<object at 0x7f1234567890>"))], "prints a memory address"),
        ([code("x", printed("/home/ada/book"))], "prints a path of the machine"),
        ([code("plot()", figure("AA=="))], "a figure without alt text"),
        ([code("...", tags=["exercise"])], "an exercise without a solution"),
        (
            [code("...", name="a", tags=["exercise"]), code("...", name="b", tags=["exercise"])],
            "cell 0 (a): an exercise without a solution",
        ),
    ],
)
def test_problems_are_said_in_words(tmp_path, cells, words):
    found = notebooks.problems(save(tmp_path / "n.ipynb", normal(*cells)))
    assert any(words in line for line in found), found


@pytest.mark.parametrize(
    ("cells", "metadata", "words"),
    [
        ([], {"widgets": {}}, "holds widget state"),
        ([], {"kernelspec": {"name": "my-env"}}, "notebook metadata: kernelspec is not in normal form"),
        ([code("1", count=3)], {}, "cell 0 (cell): execution_count is not in normal form"),
        ([code("1", printed("a"), printed("b"))], {}, "cell 0 (cell): outputs is not in normal form"),
        ([code("1", tags=["solution"])], {}, "cell 0 (cell): metadata is not in normal form"),
        ([code("1", count=1), code("2", count=2)], {}, "2 cells share the id cell"),
    ],
)
def test_what_is_not_in_normal_form_is_named(tmp_path, cells, metadata, words):
    assert words in notebooks.problems(save(tmp_path / "n.ipynb", book(*cells, **metadata)))


def test_a_finished_notebook_has_no_problems_and_its_bytes_matter(tmp_path):
    alt = {"image": {"alt": "A line."}}
    exercise = code("...", name="a", tags=["exercise"])
    solution = code("1", printed("a"), figure("AA=="), name="b", tags=["solution"], mystnb=alt)
    nb = normal(exercise, solution)
    path = save(tmp_path / "n.ipynb", nb)
    assert notebooks.problems(path) == []
    path.write_text(json.dumps(nb), encoding="utf-8")
    assert len(notebooks.problems(path)) == 1
    path.write_text("{", encoding="utf-8")
    assert "no notebook" in notebooks.problems(path)[0]


# ---- handout and lab --------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    nb = normal(
        new_markdown_cell("Find the weights.", id="text"),
        code("w = ...", printed("not yet"), name="task", tags=["exercise"]),
        code("w = 2", printed("right"), name="answer", tags=["solution"]),
        code("w", printed("shown"), name="after"),
    )
    save(tmp_path / "intro.ipynb", nb)
    save(tmp_path / "chapters" / "01_neuron.ipynb", nb)
    (tmp_path / "chapters" / "figures").mkdir()
    (tmp_path / "chapters" / "figures" / "neuron.svg").write_text("<svg/>")
    return tmp_path


def test_the_handout_has_no_solutions_and_no_answers(root):
    notebooks.handout(root)
    nb = notebooks.read(root / "handout" / "chapters" / "01_neuron.ipynb")
    assert [cell.id for cell in nb.cells] == ["text", "task", "after"]
    assert (nb.cells[1].outputs, nb.cells[1].execution_count) == ([], None)
    assert nb.cells[2].outputs[0].text == "shown"
    with zipfile.ZipFile(root / "handout" / "handout.zip") as archive:
        figure = "chapters/figures/neuron.svg"
        assert archive.namelist() == ["intro.ipynb", "chapters/01_neuron.ipynb", figure]
        assert archive.read(figure) == b"<svg/>" == (root / "handout" / figure).read_bytes()
        assert b"w = 2" not in archive.read("chapters/01_neuron.ipynb")


def test_the_lab_adds_what_is_new_and_overwrites_nothing(root):
    book_copy, mine = root / "chapters" / "01_neuron.ipynb", root / "lab" / "chapters" / "01_neuron.ipynb"
    assert notebooks.lab(root) == []
    assert mine.read_bytes() == book_copy.read_bytes()
    assert (root / "lab" / "chapters" / "figures" / "neuron.svg").exists()

    mine.write_text("my work")
    assert notebooks.lab(root) == [], "a learner's own edit is no news"

    save(book_copy, normal(code("new", printed("new"))))
    save(root / "chapters" / "02_activations.ipynb", normal())
    for _ in range(2):
        lines = notebooks.lab(root)
        assert len(lines) == 1
        assert lines[0].startswith("lab/chapters/01_neuron.ipynb stays as it is")
    assert mine.read_text() == "my work"
    assert (root / "lab" / "chapters" / "02_activations.ipynb").exists()
