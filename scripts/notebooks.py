"""The notebooks of the book: execute them, check them, hand them out.

    python scripts/notebooks.py run [--redraw] [NOTEBOOK ...]     execute and write in normal form
    python scripts/notebooks.py check [NOTEBOOK ...]              say where one is not in normal form
    python scripts/notebooks.py handout                           write handout/, without the solutions
    python scripts/notebooks.py lab                               add what is missing to lab/

Normal form is what `normalise` returns: a notebook that is executed twice, on two machines, is the same file.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import shutil
import sys
import zipfile
from base64 import b64decode
from collections import Counter
from io import BytesIO
from itertools import groupby
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ("intro.ipynb", "chapters/*.ipynb", "appendices/*.ipynb")

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
VIEW = "application/vnd.jupyter.widget-view+json"
# Metadata that means something to the book. All else is an editor's memory of a session.
NOTEBOOK_KEYS = ("mystnb", "myst", "html_meta", "orphan")
CELL_KEYS = ("tags", "mystnb", "jupyter", "raw_mimetype")

ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users)/")


def notebooks(root=ROOT):
    """Return the notebooks of the book, in reading order."""
    return [path for pattern in NOTEBOOKS for path in sorted(Path(root).glob(pattern))]


def figures(root=ROOT):
    """Return the pictures that notebooks point to; a copy of the notebooks needs them too."""
    return [path for folder in ("chapters", "appendices") for path in sorted(Path(root).glob(f"{folder}/figures/*"))]


# ---- Reading and writing ----------------------------------------------------------------------------


def read(path):
    # Not nbformat.read: it would silently mend what `problems` is there to find.
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def text_of(nb):
    return nbformat.v4.writes(nb, indent=1, ensure_ascii=False) + "\n"


def write_atomically(path, text):
    """Write a file so that an interruption leaves the old one or the new one, never half of each."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write(path, nb):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text_of(nb))


# ---- Normal form ------------------------------------------------------------------------------------


def normalise(nb):
    """Return a copy of a notebook in normal form; the notebook itself is left alone."""
    nb = copy.deepcopy(nb)
    seen, executed = set(), 0
    for cell in nb.cells:
        cell.id = stable_id(cell, seen)
        cell.metadata = normal_metadata(cell)
        if cell.cell_type == "code":
            if cell.execution_count is not None:
                executed += 1
                cell.execution_count = executed
            cell.outputs = normal_outputs(cell)
    kept = {key: nb.metadata[key] for key in NOTEBOOK_KEYS if key in nb.metadata}
    metadata = kept | {"kernelspec": dict(KERNELSPEC), "language_info": {"name": "python"}}
    return nbformat.from_dict({"cells": nb.cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def stable_id(cell, seen):
    """Keep a cell's id; make one from its source where it is missing or taken."""
    name, copies = cell.get("id", ""), 0
    while not re.fullmatch(r"[\w-]{1,64}", name, re.ASCII) or name in seen:
        name = digest(f"{cell.cell_type}/{copies}/{cell.source}")[:8]
        copies += 1
    seen.add(name)
    return name


def normal_metadata(cell):
    metadata = {key: cell.metadata[key] for key in CELL_KEYS if cell.metadata.get(key)}
    if "solution" in tags(cell):
        # Folded in the page (hide-cell) and in JupyterLab (source_hidden).
        metadata["tags"] = [*tags(cell), *({"hide-cell"} - set(tags(cell)))]
        metadata["jupyter"] = metadata.get("jupyter", {}) | {"source_hidden": True}
        prompts = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"}
        metadata["mystnb"] = metadata.get("mystnb", {}) | prompts
    return nbformat.from_dict(metadata)


def normal_outputs(cell):
    outputs = []
    for is_stream, group in groupby(cell.outputs, key=lambda out: out.output_type == "stream"):
        group = list(group)
        outputs += merged_streams(group) if is_stream else group
    views = 0
    for out in outputs:
        if "execution_count" in out:
            out.execution_count = cell.execution_count
        if VIEW in out.get("data", {}):
            views += 1
            model = digest(f"{cell.id}/{views}")[:32]
            out.data[VIEW] = {"model_id": model, "version_major": 2, "version_minor": 0}
    return nbformat.from_dict(outputs)


def merged_streams(streams):
    """Join neighbouring streams, stdout before stderr: how the two interleave is a matter of timing."""
    texts = {name: "".join(out.text for out in streams if out.name == name) for name in ("stdout", "stderr")}
    return [{"output_type": "stream", "name": name, "text": text} for name, text in texts.items() if text]


def tags(cell):
    return cell.metadata.get("tags", [])


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


# ---- Executing --------------------------------------------------------------------------------------


class CellError(Exception):
    """A cell raised; the message names the notebook, the cell and the exception."""


def execute(nb, folder, name):
    """Execute a notebook in place, as a reader would who runs all cells in its folder."""
    os.environ["TQDM_DISABLE"] = "1"  # the kernel inherits it: a dead progress bar is no output
    client = NotebookClient(
        nb,
        timeout=600,
        kernel_name=KERNELSPEC["name"],
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
    )
    at = {"cell": "no cell yet"}
    client.on_cell_start = lambda cell, cell_index: at.update(cell=where(cell_index, cell))
    try:
        client.execute()
    except CellExecutionError as error:
        raise CellError(f"{name}: {at['cell']}: {error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise CellError(f"{name}: {at['cell']}: {str(error).strip()}") from None


def keep_pictures(new, old):
    """Take a cell's pictures from the old notebook where source and text are the same, and the pictures look alike.

    Two machines draw one figure with slightly different pixels: without this every run would rewrite every picture.
    """
    before = {cell.get("id"): cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        twin = before.get(cell.id)
        if cell.cell_type == "code" and twin and cell.source == twin.source:
            if without_pictures(cell) == without_pictures(twin) and all(map(alike, pictures(cell), pictures(twin))):
                cell.outputs = copy.deepcopy(twin.outputs)
                for out in cell.outputs:
                    if "execution_count" in out:
                        out.execution_count = cell.execution_count


def pictures(cell):
    """Return what a cell has drawn, as arrays of pixels."""
    drawn = [out.data["image/png"] for out in cell.outputs if "image/png" in out.get("data", {})]
    return [np.asarray(Image.open(BytesIO(b64decode(png))).convert("RGB"), int) for png in drawn]


def alike(one, other):
    """Tell whether two pictures differ in less than one pixel of 2,000: another font rasterizer, but no other line."""
    return one.shape == other.shape and (abs(one - other).max(axis=-1) > 48).mean() < 1 / 2000


def without_pictures(cell):
    outputs = copy.deepcopy(cell.outputs)
    for out in outputs:
        out.pop("execution_count", None)
        if "image/png" in out.get("data", {}):
            out.data["image/png"] = ""
    return outputs


def run(path, redraw=False):
    """Execute a notebook and write it in normal form. After an error the file is as it was."""
    path = Path(path)
    old = normalise(read(path))
    new = copy.deepcopy(old)
    execute(new, path.parent, path.name)
    new = normalise(new)
    if not redraw:
        keep_pictures(new, old)
    if path.read_text(encoding="utf-8") != text_of(new):
        write(path, new)


# ---- Checking ---------------------------------------------------------------------------------------


def problems(path):
    """Say in words where a notebook is not in normal form, not executed, or not finished."""
    text = Path(path).read_text(encoding="utf-8")
    try:
        nb = nbformat.v4.reads(text)
        normal = normalise(nb)
        nbformat.validate(normal)
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        return [f"is no notebook of format 4: {error}"]
    found = [*unfinished(nb), *differences(nb, normal)]
    if not found and text != text_of(normal):
        found.append("is not written as `make notebooks` writes it (indent, order of keys, last line)")
    return found


def unfinished(nb):
    ids = [cell.get("id") for cell in nb.cells]
    yield from (f"{n} cells share the id {name}" for name, n in Counter(ids).items() if name and n > 1)
    if "widgets" in nb.metadata:
        yield "holds widget state"
    for index, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            yield from (f"{where(index, cell)}: {what}" for what in unfinished_code(cell))
    yield from unsolved(nb)


def unfinished_code(cell):
    if cell.source.strip() and cell.execution_count is None:
        yield "never executed"
    if any(out.output_type == "error" for out in cell.outputs):
        yield "its output is an error"
    shown = "".join(out.get("text", "") + out.get("data", {}).get("text/plain", "") for out in cell.outputs)
    if ADDRESS.search(shown):
        yield "prints a memory address"
    if MACHINE_PATH.search(shown):
        yield "prints a path of the machine it ran on"
    pictured = any({"image/png", "image/svg+xml"} & set(out.get("data", {})) for out in cell.outputs)
    if pictured and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
        yield "a figure without alt text (cell metadata mystnb.image.alt)"


def unsolved(nb):
    """Each exercise needs a solution before the next exercise begins."""
    open_exercise = None
    for index, cell in enumerate(nb.cells):
        if "exercise" in tags(cell):
            if open_exercise:
                yield f"{open_exercise}: an exercise without a solution"
            open_exercise = where(index, cell)
        elif "solution" in tags(cell):
            open_exercise = None
    if open_exercise:
        yield f"{open_exercise}: an exercise without a solution"


def differences(nb, normal):
    for key in ("nbformat", "nbformat_minor"):
        if nb.get(key) != normal[key]:
            yield f"{key} is {nb.get(key)}, not {normal[key]}"
    for key in sorted({*nb.metadata, *normal.metadata} - {"widgets"}):
        if nb.metadata.get(key) != normal.metadata.get(key):
            yield f"notebook metadata: {key} is not in normal form"
    for index, (cell, wanted) in enumerate(zip(nb.cells, normal.cells, strict=True)):
        for key in sorted({*cell, *wanted}):
            if cell.get(key) != wanted.get(key):
                yield f"{where(index, cell)}: {key} is not in normal form"


def where(index, cell):
    return f"cell {index} ({cell.get('id', 'no id')})"


# ---- Handing out ------------------------------------------------------------------------------------


def without_solutions(nb):
    """Return a copy for a class: no solution cells, and exercises that nobody has run yet."""
    nb = copy.deepcopy(nb)
    nb.cells = [cell for cell in nb.cells if "solution" not in tags(cell)]
    for cell in nb.cells:
        if cell.cell_type == "code" and "exercise" in tags(cell):
            cell.outputs, cell.execution_count = [], None
    return nb


def handout(root=ROOT):
    """Write the notebooks without solutions to `handout/`, and all of them into one zip there."""
    target = root / "handout"
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(target / "handout.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in notebooks(root):
            name = path.relative_to(root)
            write(target / name, without_solutions(read(path)))
            archive.write(target / name, name)
        for path in copy_figures(root, target):
            archive.write(path, path.relative_to(target))
    return target


def copy_figures(root, target):
    """Copy the figures to where a copy of the notebooks looks for them, and return the copies."""
    copies = []
    for path in figures(root):
        copied = target / path.relative_to(root)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
        copies.append(copied)
    return copies


def lab(root=ROOT):
    """Add the notebooks that `lab/` lacks, and return a line for each that the book has changed since.

    A file that is there is never written: it may hold a learner's work.
    What was copied is remembered, so that a learner's own edit is not mistaken for a change of the book.
    """
    target = root / "lab"
    record = target / ".copied.json"
    copied = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    lines = []
    for path in notebooks(root):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        mine = target / name
        if not mine.exists():
            mine.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(mine, text)
            copied[name] = digest(text)
        elif copied.get(name) != digest(text) and mine.read_text(encoding="utf-8") != text:
            lines.append(f"lab/{name} stays as it is. The book has a newer one: to get it, rename yours.")
    target.mkdir(exist_ok=True)
    copy_figures(root, target)
    write_atomically(record, json.dumps(copied, indent=1) + "\n")
    return lines


# ---- Command line -----------------------------------------------------------------------------------


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "check"):
        command = commands.add_parser(name)
        command.add_argument("paths", nargs="*", type=Path, metavar="NOTEBOOK", help="default: all")
        if name == "run":
            command.add_argument("--redraw", action="store_true", help="rewrite every picture")
    commands.add_parser("handout")
    commands.add_parser("lab")
    options = parser.parse_args(arguments)

    if options.command == "run":
        for path in options.paths or notebooks():
            print(f"executing {path.name}", flush=True)
            try:
                run(path, options.redraw)
            except CellError as error:
                return str(error)
    elif options.command == "check":
        found = [f"{path}: {what}" for path in options.paths or notebooks() for what in problems(path)]
        return "\n".join(found) or None
    elif options.command == "handout":
        print(f"The notebooks without solutions are in {handout().name}/, and zipped in handout/handout.zip")
    else:
        for line in lab():
            print(line)
    return None


if __name__ == "__main__":
    sys.exit(main())
