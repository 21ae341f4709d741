"""The record of what a build rested on: what it notices, what it refuses to hold, and that damage is never believed."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from wasmforge import uptodate
from wasmforge.app import uptodate_record
from wasmforge.model.fingerprint import ANY_CONTENT, MAY_APPEAR, PROBED, UNCHANGED, Fingerprint, NotFingerprintableError
from wasmforge.report.replay import ReplayOutput

TOLD = "where\0how\0PATH=/bin"

OUTPUT = ReplayOutput(uptodate.TEXT, [(b"all well in ", b"\n")])


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def aged() -> int:
    """A time at which all that was written so far is old enough to be known by its times."""
    time.sleep(3 * uptodate.MARGIN / 1e9)
    return time.time_ns()


def project(root: Path) -> Fingerprint:
    """A few files with all that can be said of paths."""
    for folder in ("src", "dist", "bin"):
        (root / folder).mkdir()
    for name in ("forge.toml", "src/a.c", "dist/a.wasm", "bin/tool", "blob"):
        (root / name).write_text(name)
    (root / "link").symlink_to("bin/tool")
    paths = {
        "forge.toml": UNCHANGED,
        "src": UNCHANGED,
        "src/a.c": sha256("src/a.c"),
        "dist/a.wasm": sha256("dist/a.wasm"),
        "bin/tool": PROBED,
        "bin/other": PROBED,
        "bin/early/tool": PROBED,
        "link": UNCHANGED,
        "forge.lock": MAY_APPEAR,
        "blob": ANY_CONTENT,
    }
    return Fingerprint(
        paths={str(root / name): due for name, due in paths.items()},
        folders={str(root / "dist"): ("a.wasm",)},
        images=(),
        seconds={},
    )


def test_of_a_folder_it_can_be_asked_whether_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("folder")
    named = {name: uptodate.stat_signature(f"{tmp_path}/{name}/") for name in ("folder", "file", "link", "none")}
    assert named == {"folder": uptodate.A_FOLDER, **dict.fromkeys(("file", "link", "none"), uptodate.ABSENT)}
    (tmp_path / "folder" / "more").touch()
    assert uptodate.stat_signature(f"{tmp_path}/folder/") == uptodate.A_FOLDER


def written(root: Path, what: Fingerprint, began: int) -> bytes:
    uptodate_record.write_record(root, TOLD, began, what, OUTPUT)
    return (root / uptodate.FOLDER / uptodate.record_name(TOLD)).read_bytes()


def holds(data: bytes, told: str = TOLD) -> bool:
    record = uptodate.Record.decode(data)
    if record is None or not uptodate._is_valid(record, told):
        return False
    return (record.time_format, record.outputs) == OUTPUT


def again(path: Path) -> None:
    """As many other bytes, and the time set back."""
    before = path.stat()
    path.write_text(path.read_text().upper())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def put(path: Path) -> None:
    """A file in a folder of its own."""
    path.parent.mkdir()
    path.write_text("")


def link(path: Path, to: str) -> None:
    """A link in its place."""
    path.unlink()
    path.symlink_to(to)


CHANGES: dict[str, Callable[[Path], object]] = {
    "other bytes at the same time": lambda root: again(root / "src/a.c"),
    "the time alone": lambda root: os.utime(root / "forge.toml"),
    "the mode": lambda root: (root / "bin/tool").chmod(0o755),
    "gone": lambda root: (root / "src/a.c").unlink(),
    "a file more": lambda root: (root / "src/b.c").write_text(""),
    "another name": lambda root: (root / "src/a.c").rename(root / "src/A.c"),
    "delivered, gone": lambda root: (root / "dist/a.wasm").unlink(),
    "delivered, and more": lambda root: (root / "dist/b.wasm").write_text(""),
    "what was not there": lambda root: (root / "bin/other").write_text(""),
    "a folder that was not there": lambda root: put(root / "bin/early/tool"),
    "a file that need not be there": lambda root: (root / "forge.lock").write_text(""),
    "what a link leads to": lambda root: (root / "bin/tool").write_text("other"),
    "a link that leads elsewhere": lambda root: link(root / "link", "blob"),
    "a link where a file was": lambda root: link(root / "blob", "bin/tool"),
    "a blob": lambda root: again(root / "blob"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_notices(tmp_path: Path, what: str) -> None:
    rested = project(tmp_path)
    data = written(tmp_path, rested, aged())
    assert holds(data)
    CHANGES[what](tmp_path)
    assert not holds(data)


def test_what_is_too_young_is_known_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rested = project(tmp_path)
    began = aged()
    young = tmp_path / "dist/a.wasm"
    young.unlink()
    young.write_text("dist/a.wasm")
    data = written(tmp_path, rested, began)
    facts = {str(path): uptodate.stat_signature(str(path)) for path in (young, young.parent)}
    look = uptodate.stat_signature
    monkeypatch.setattr(uptodate, "stat_signature", lambda path: facts.get(path) or look(path))  # all within one tick
    assert holds(data)
    young.write_text("dist/A.wasm")
    assert not holds(data)
    young.write_text("dist/a.wasm")
    assert holds(data)
    (young.parent / "more").write_text("")
    assert not holds(data)


@pytest.mark.parametrize("name", ["forge.toml", "bin/tool"])
def test_refuses_what_was_touched_during_the_build(tmp_path: Path, name: str) -> None:
    rested = project(tmp_path)
    began = aged()
    (tmp_path / name).write_text(name)
    with pytest.raises(NotFingerprintableError, match="touched"):
        written(tmp_path, rested, began)


def test_refuses_other_bytes_than_the_build_saw(tmp_path: Path) -> None:
    rested = project(tmp_path)
    began = aged()
    (tmp_path / "src/a.c").write_text("edited while the compiler ran")
    with pytest.raises(NotFingerprintableError):
        written(tmp_path, rested, began)


@pytest.mark.parametrize("name", ["forge.toml", "src/a.c", "bin/tool", "link"])
def test_refuses_what_is_gone_since_the_build_saw_it(tmp_path: Path, name: str) -> None:
    rested = project(tmp_path)
    began = aged()
    (tmp_path / name).unlink()
    with pytest.raises(NotFingerprintableError):
        written(tmp_path, rested, began)


def test_a_clock_that_was_set_ends_every_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(tmp_path, project(tmp_path), aged())
    now = uptodate.clock()
    monkeypatch.setattr(uptodate, "clock", lambda: now - 3600 * 10**9)
    assert not holds(data)


def test_serves_for_a_while_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(tmp_path, project(tmp_path), aged())
    monkeypatch.setattr(uptodate, "MAX_AGE_NS", 0)
    assert not holds(data)


def test_is_for_its_own_circumstances(tmp_path: Path) -> None:
    assert not holds(written(tmp_path, project(tmp_path), aged()), TOLD + "x")


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7), cut=st.booleans())
def test_damage_is_never_believed(tmp_path: Path, where: int, bit: int, cut: bool) -> None:
    if not (tmp_path / "src").is_dir():
        written(tmp_path, project(tmp_path), aged())
    good = (tmp_path / uptodate.FOLDER / uptodate.record_name(TOLD)).read_bytes()
    at = where % len(good)
    bad = good[:at] if cut else good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
    assert holds(good)
    assert not holds(bad)


def test_keeps_a_few_records(tmp_path: Path) -> None:
    rested = project(tmp_path)
    began = aged()
    for number in range(uptodate_record.MOST + 4):
        uptodate_record.write_record(tmp_path, f"{TOLD}{number}", began, rested, OUTPUT)
    kept = {path.name for path in (tmp_path / uptodate.FOLDER).iterdir()}
    assert len(kept) == uptodate_record.MOST
    assert uptodate.record_name(f"{TOLD}{uptodate_record.MOST + 3}") in kept


def test_a_secret_of_the_environment_counts_and_is_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    told = uptodate.invocation_hash(["build"])
    assert "hunter2" not in told
    monkeypatch.setenv("TOKEN", "hunter3")
    assert uptodate.invocation_hash(["build"]) != told
