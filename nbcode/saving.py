"""Saving: everything a run has learned, in one file that cannot run code."""

import json
import os
import re
import zipfile
import zlib
from pathlib import Path

import numpy as np

FORMAT = "nbcode 1"
PLAN = "plan.json"  # the tree of names and plain values; each array lies beside it as NAME.npy


def save(path, /, **things):
    """Write state dicts, arrays and plain values into one ``.npz`` file.

    The file is first written under another name in the same folder and then renamed, so the old file stays whole
    until the new one is complete. Whoever interrupts a save loses nothing.

    Parameters
    ----------
    path : str or path
        The name of the file, ending in ``.npz``.
    **things
        What to save, each under its name: dicts, lists and tuples, inside one another as they like, of arrays and
        plain values (numbers, strings, booleans, None). The keys of a dict are strings or whole numbers.

    Raises
    ------
    ValueError
        If the name does not end in ``.npz``, or there is something in `things` that is none of these.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : The way back.

    Notes
    -----
    An ``.npz`` file is a zip archive of arrays in NumPy's own format. The plain values, and which array belongs
    where, are text (JSON) beside them. Nothing is pickled, so opening such a file never runs code from it.
    ``numpy.load(path)["model/0.weight"]`` reads a single array.

    References
    ----------
    R. Kern (2007), "NEP 1: A simple file format for NumPy arrays", numpy.org/neps.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/run.npz", model={"weight": np.ones((1, 2))}, epoch=3)
    ...     load(f"{folder}/run.npz")
    {'model': {'weight': array([[1., 1.]])}, 'epoch': 3}
    """
    if Path(path).suffix != ".npz":
        raise ValueError(f"path: expected a name that ends in .npz, got {os.fspath(path)!r}")
    arrays = {}
    plan = {"format": FORMAT, "things": _pack(things, "", arrays)}
    path = Path(path).resolve()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(unfinished, "wb") as stream:
            _write(stream, plan, arrays)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def load(path, /):
    """Read what `save` has written.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict
        What was saved, by name; NumPy scalars have become plain numbers.

    Raises
    ------
    ValueError
        If the file is cut short or damaged, was not written by `save`, or holds a pickled object.
    OSError
        If there is no such file, or it cannot be read.

    See Also
    --------
    save : With an example.
    """
    with open(path, "rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                return _read(archive)
        except zipfile.BadZipFile as error:
            stream.seek(0)
            wrong = "it is cut short or damaged" if stream.read(2) == b"PK" else "it is no .npz file"
            raise ValueError(f"{path}: {wrong} ({error})") from error
        except UNREADABLE as error:
            raise ValueError(f"{path}: {error or type(error).__name__}") from error


UNREADABLE = (ValueError, TypeError, LookupError, EOFError, RuntimeError, MemoryError, OverflowError, zlib.error)


def _write(stream, plan, arrays):
    """Write a zip archive with the plan and the arrays."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        archive.writestr(zipfile.ZipInfo(PLAN), json.dumps(plan))


def _read(archive):
    """Return what a zip archive holds, if `_write` could have written it."""
    if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
        raise ValueError("it was not written by nbcode.saving.save: something in it is compressed")
    if PLAN not in archive.namelist():
        raise ValueError(f"it was not written by nbcode.saving.save: there is no {PLAN} in it")
    plan = json.loads(archive.read(PLAN))
    if not isinstance(plan, dict) or plan.get("format") != FORMAT:
        raise ValueError(f"{PLAN}: expected the format {FORMAT!r}")

    def array(name):
        try:
            with archive.open(f"{name}.npy") as member:
                return np.lib.format.read_array(member, allow_pickle=False)
        except ValueError as error:
            raise ValueError(f"array {name}: {error}") from error

    things = _unpack(plan["things"], array)
    if not isinstance(things, dict):
        raise ValueError(f"{PLAN}: expected things by name, got {type(things).__name__}")
    return things


def _pack(thing, name, arrays):
    """Return `thing` as JSON can hold it; arrays move to `arrays`, and their names stay behind."""
    if isinstance(thing, np.generic):
        thing = thing.item()
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, np.ndarray) and not thing.dtype.hasobject:
        file = re.sub(r"[^\w./-]", "_", name)
        while file in arrays:
            file += "_"
        arrays[file] = thing
        return {"array": file}
    if isinstance(thing, dict) and all(type(key) in (str, int) for key in thing):
        return {"dict": [[key, _pack(value, f"{name}/{key}".lstrip("/"), arrays)] for key, value in thing.items()]}
    if isinstance(thing, (list, tuple)):
        kind = "list" if isinstance(thing, list) else "tuple"
        return {kind: [_pack(value, f"{name}/{i}", arrays) for i, value in enumerate(thing)]}
    raise ValueError(
        f"{name}: expected arrays of numbers, plain values, or dicts and lists of these, got {type(thing).__name__}"
    )


def _unpack(plan, array):
    """Undo `_pack`; `array` is a function that reads the array of a name."""
    if not isinstance(plan, (dict, list)):
        return plan
    [(kind, content)] = plan.items() if isinstance(plan, dict) else [("?", plan)]
    if kind == "array":
        return array(content)
    if kind == "dict":
        return {key: _unpack(value, array) for key, value in content}
    if kind in ("list", "tuple"):
        values = [_unpack(value, array) for value in content]
        return values if kind == "list" else tuple(values)
    raise ValueError(f"{PLAN}: there is no kind {kind!r}")
