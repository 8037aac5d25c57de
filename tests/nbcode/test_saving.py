"""Saving and loading: everything comes back, nothing is lost, nothing runs."""

import io
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode.saving import PLAN, load, save

EXAMPLE = {
    "model": {"0.weight": np.arange(6.0).reshape(2, 3), "0.bias": np.zeros(2, np.float32)},
    "epoch": 7,
    "betas": (0.9, 0.999),
    "file": np.array(3),
    "history": [1.5, float("inf"), None, True, "ä"],
    "rng": np.random.default_rng(0).bit_generator.state,
}


def same(a, b):
    """Compare to the bit, types and dtypes included."""
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and (a == b or a != a and b != b)


arrays = st.sampled_from([
    np.zeros((0, 3)), np.array(2.5, np.float32), np.arange(4)[::-1], np.asfortranarray(np.eye(3)),
    np.array([np.nan, -0.0]), np.array([True, False]), np.array([2**63], np.uint64), np.array(["a", "bc"]),
])  # fmt: skip
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
things = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all examples of a property: each writes over the last."""
    return tmp_path_factory.mktemp("saved")


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(max_size=6), things, max_size=4))
def test_everything_comes_back(folder, state):
    path = folder / "run.npz"
    save(path, **state)
    assert same(state, load(path))


def test_numpy_reads_the_arrays_by_name(tmp_path):
    path = tmp_path / "run.npz"
    save(path, **EXAMPLE)
    with np.load(path, allow_pickle=False) as file:
        assert file["model/0.weight"].tolist() == EXAMPLE["model"]["0.weight"].tolist()
        assert {"model/0.bias", "file"} < set(file.files)


def test_names_that_look_alike_do_not_collide(tmp_path):
    state = {"a": {"b/c": np.array(1), "b": {"c": np.array(2)}}, "x y": np.array(3), "x?y": np.array(4)}
    save(tmp_path / "run.npz", **state)
    assert same(state, load(tmp_path / "run.npz"))


def test_scalars_become_plain(tmp_path):
    save(tmp_path / "run.npz", loss=np.float32(0.5), n=np.int64(3))
    assert same(load(tmp_path / "run.npz"), {"loss": 0.5, "n": 3})


@pytest.mark.parametrize(("thing", "message"), [
    ({"deep": [{1, 2}]}, "^things/deep/0: expected arrays .* got set"),
    (np.array([None]), "^things: expected arrays .* got ndarray"),
    ({(1, 2): 3}, "^things: expected arrays .* got dict"),
    (1j, "^things: .* got complex"),
    (print, "^things: .* got builtin"),
])  # fmt: skip
def test_what_cannot_be_saved_leaves_the_old_file(tmp_path, thing, message):
    path = tmp_path / "run.npz"
    save(path, old=1)
    with pytest.raises(ValueError, match=message):
        save(path, things=thing)
    assert load(path) == {"old": 1}
    assert os.listdir(tmp_path) == ["run.npz"]


def test_the_name_ends_in_npz(tmp_path):
    with pytest.raises(ValueError, match=r"^path: expected a name that ends in \.npz, got 'run'"):
        save("run", x=1)
    with pytest.raises(FileNotFoundError):
        save(tmp_path / "nowhere" / "run.npz", x=1)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")


def test_permissions_and_links_are_the_usual_ones(tmp_path):
    (tmp_path / "plain").touch()
    save(tmp_path / "run.npz", x=1)
    assert (tmp_path / "run.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode
    if os.name == "posix":
        (tmp_path / "link.npz").symlink_to(tmp_path / "run.npz")
        save(tmp_path / "link.npz", x=2)
        assert (tmp_path / "link.npz").is_symlink()
        assert load(tmp_path / "run.npz") == {"x": 2}


# ---- interrupted ----

DIE = """
import os, sys
import numpy as np
from nbcode import saving

def die(*arguments, **options):
    os._exit(9)  # at once, as a kill: nothing is flushed, closed or cleaned up

def die_at_second_array(stream, array, write=np.lib.format.write_array, seen=[], **options):
    seen.append(0)
    write(stream, array, **options)
    stream._fileobj.flush() if hasattr(stream, "_fileobj") else None
    if len(seen) == 2:
        die()

match sys.argv[2]:
    case "array": np.lib.format.write_array = die_at_second_array
    case "plan": saving.json.dumps = die
    case "sync": os.fsync = die
    case "rename": os.replace = die
saving.save(sys.argv[1], **{name: np.full(100_000, 2.0) for name in "abc"})
"""


@pytest.mark.parametrize("moment", ["array", "plan", "sync", "rename"])
def test_killed_in_the_middle(tmp_path, moment):
    path = tmp_path / "run.npz"
    save(path, a=np.ones(3))
    before = path.read_bytes()
    result = subprocess.run([sys.executable, "-c", DIE, path, moment], capture_output=True)
    assert result.returncode == 9
    assert path.read_bytes() == before
    rubbish = [other for other in tmp_path.iterdir() if other != path]
    assert len(rubbish) == 1
    assert rubbish[0].stat().st_size > 0
    assert list(tmp_path.glob("*.npz")) == [path]
    if moment in ("array", "plan"):
        with pytest.raises(ValueError, match="cut short or damaged"):
            load(rubbish[0])
    save(path, a=np.zeros(2))
    assert load(path)["a"].tolist() == [0, 0]


def test_interrupted_by_hand(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    save(path, x=1)

    def interrupt(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(path, x=2)
    assert load(path) == {"x": 1}
    assert os.listdir(tmp_path) == ["run.npz"]


# ---- damaged, foreign, malicious ----


class Bomb:
    def __reduce__(self):
        return (os.mkdir, ("exploded",))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.data())
def test_a_damaged_file_is_refused_or_harmless(folder, data):
    save(folder / "whole.npz", **EXAMPLE)
    content = bytearray((folder / "whole.npz").read_bytes())
    if data.draw(st.booleans(), label="cut"):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "damaged.npz").write_bytes(content)
    try:
        loaded = load(folder / "damaged.npz")
    except ValueError as error:
        assert "damaged.npz: " in str(error)
    else:
        assert same(loaded, EXAMPLE)  # a bit that means nothing, such as one of a date


def test_cut_short(tmp_path):
    path = tmp_path / "run.npz"
    save(path, **EXAMPLE)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"run\.npz: it is cut short or damaged"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps(Bomb()), b"\x93NUMPY\x01\x00"])
def test_no_npz_at_all(tmp_path, content, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.npz: it is no \.npz file"):
        load(tmp_path / "x.npz")
    assert not (tmp_path / "exploded").exists()


def test_other_peoples_npz(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(3))
    with pytest.raises(ValueError, match=rf"a\.npz: it was not written by .* no {PLAN}"):
        load(tmp_path / "a.npz")
    np.savez_compressed(tmp_path / "b.npz", x=np.ones(3))
    with pytest.raises(ValueError, match=r"b\.npz: it was not written by .* compressed"):
        load(tmp_path / "b.npz")


def forged(path, plan, **members):
    """Write a file as `save` might, with whatever is wanted in it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(PLAN, plan)
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def in_plan(things):
    return '{"format": "nbcode 1", "things": ' + things + "}"


def test_a_pickled_object_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([Bomb()]), allow_pickle=True)
    plan = in_plan('{"dict": [["x", {"array": "x"}]]}')
    path = forged(tmp_path / "run.npz", plan, x=stream.getvalue())
    with pytest.raises(ValueError, match=r"run\.npz: array x: Object arrays cannot be loaded"):
        load(path)
    path = forged(tmp_path / "run.npz", plan, x=pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match=r"run\.npz: array x: "):
        load(path)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("plan", [
    "", "[]", "{}", '{"format": "nbcode 2", "things": {"dict": []}}', '{"format": "nbcode 1"}', in_plan("3"),
    in_plan('{"list": [1]}'), in_plan('{"dict": 5}'), in_plan('{"dict": [[1]]}'), in_plan('{"dict": [[[], 1]]}'),
    in_plan('{"dict": [["x", {"array": "y"}]]}'), in_plan('{"dict": [["x", {"array": 3}]]}'),
    in_plan('{"dict": [["x", {"eval": "1"}]]}'), in_plan('{"dict": [["x", {}]]}'), in_plan('{"dict": [["x", [1]]]}'),
    in_plan('{"list": [' * 20_000), "\xff", "[" * 100_000,
])  # fmt: skip
def test_a_forged_plan_is_refused(tmp_path, plan):
    with pytest.raises(ValueError, match=r"run\.npz: "):
        load(forged(tmp_path / "run.npz", plan))


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000000,), }\n"
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(8)
    path = forged(tmp_path / "run.npz", in_plan('{"dict": [["x", {"array": "x"}]]}'), x=content)
    with pytest.raises(ValueError, match=r"run\.npz: "):
        load(path)
