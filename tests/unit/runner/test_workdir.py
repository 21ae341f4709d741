"""A private directory: exactly the declared inputs in, exactly the declared outputs out."""

import filecmp
import os
import tracemalloc
from pathlib import Path

import msgspec
import pytest

from tests.support.factories.runner import action, source
from wasmforge.runner.workdir import ActionError, collect_outputs, private_directory, sweep, write_inputs
from wasmforge.store.store import Blob, Store

MADE = msgspec.structs.replace(
    action("made"),
    sources={"src/a.c": source("where/a.c", "text"), "run.sh": source("where/run.sh", "#!", executable=True)},
    outputs=("out/deep/app.o", "all/"),
    placeholders=("lib/empty.rs",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project" / "where").mkdir(parents=True)
    (tmp_path / "project" / "where" / "a.c").write_text("text")
    (tmp_path / "project" / "where" / "run.sh").write_text("#!")
    (tmp_path / "project" / "where" / "undeclared.h").write_text("no")
    return tmp_path / "project"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def files(folder: Path) -> list[str]:
    """Every file below."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_what_is_declared_is_laid_and_nothing_else(root: Path, store: Store, into: Path) -> None:
    given = store.put(b"object", executable=True)
    write_inputs(MADE, root, store, {"needs/x.o": given}, {"modules": "/somewhere"}, into)
    assert files(into) == ["lib/empty.rs", "needs/x.o", "run.sh", "src/a.c"]
    assert (into / "src/a.c").read_text() == "text"
    assert (into / "needs/x.o").read_bytes() == b"object"
    assert (into / "lib/empty.rs").read_bytes() == b""
    assert [os.access(into / name, os.X_OK) for name in ("src/a.c", "run.sh", "needs/x.o")] == [False, True, True]
    assert (into / "modules").readlink() == Path("/somewhere")
    assert (into / "out" / "deep").is_dir()
    assert (into / "all").is_dir()


def test_a_source_that_was_changed_during_the_build(root: Path, store: Store, into: Path) -> None:
    (root / "where" / "a.c").write_text("Text")
    with pytest.raises(ActionError, match=r"^where/a.c was changed during the build; build again$"):
        write_inputs(MADE, root, store, {}, {}, into)
    assert not (into / "src/a.c").exists()


def test_a_source_that_is_gone(root: Path, store: Store, into: Path) -> None:
    (root / "where" / "a.c").unlink()
    with pytest.raises(ActionError, match=r"^where/a.c cannot be read any more: No such file or directory$"):
        write_inputs(MADE, root, store, {}, {}, into)


def test_an_input_that_the_store_lost(root: Path, store: Store, into: Path) -> None:
    lost = Blob(digest="0" * 64, size=1)
    with pytest.raises(ActionError, match=r"^x.o was lost from the store during the build; build again$"):
        write_inputs(MADE, root, store, {"x.o": lost}, {}, into)


def test_writing_over_an_input_does_not_change_the_source(root: Path, store: Store, into: Path) -> None:
    write_inputs(MADE, root, store, {}, {}, into)
    (into / "src/a.c").write_text("other")
    assert (root / "where" / "a.c").read_text() == "text"


def test_outputs_are_collected_and_what_is_not_declared_is_left(store: Store, into: Path) -> None:
    (into / "out/deep").mkdir(parents=True)
    (into / "out/deep/app.o").write_bytes(b"object")
    (into / "out/deep/app.o").chmod(0o755)
    (into / "undeclared").write_bytes(b"x")
    (into / "all/sub").mkdir(parents=True)
    (into / "all/sub/one").write_bytes(b"1")
    found = collect_outputs(MADE, into, store)
    assert list(found) == ["out/deep/app.o", "all/"]
    assert store.get(found["out/deep/app.o"].digest) == b"object"
    assert found["out/deep/app.o"].executable
    assert found["all/"].folder
    assert not found["out/deep/app.o"].folder


def test_a_folder_comes_out_as_it_went_in(root: Path, store: Store, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    two.mkdir()
    (one / "all/sub").mkdir(parents=True)
    (one / "all/sub/x").write_bytes(b"1")
    (one / "all/none").mkdir()
    (one / "all/link").symlink_to("sub/x")
    maker = msgspec.structs.replace(MADE, outputs=("all/",))
    first = collect_outputs(maker, one, store)["all/"]
    os.utime(one / "all/sub/x", (1, 1))
    assert collect_outputs(maker, one, store)["all/"] == first
    write_inputs(MADE, root, store, {"given/all": first}, {}, two)
    assert (two / "given/all/sub/x").read_bytes() == b"1"
    assert (two / "given/all/none").is_dir()
    assert (two / "given/all/link").readlink() == Path("sub/x")


ONE = msgspec.structs.replace(MADE, outputs=("out.o",))


def test_an_output_that_was_not_written(store: Store, into: Path) -> None:
    with pytest.raises(ActionError, match=r"^did not write out.o, which it declares as its output$"):
        collect_outputs(ONE, into, store)


def test_an_output_that_is_a_folder(store: Store, into: Path) -> None:
    (into / "out.o").mkdir()
    with pytest.raises(ActionError, match=r"^wrote out.o as a folder, not as a file$"):
        collect_outputs(ONE, into, store)


def test_an_output_that_is_a_link_could_lead_anywhere(store: Store, into: Path) -> None:
    (into / "out.o").symlink_to("/etc/hostname")
    with pytest.raises(ActionError, match=r"^wrote out.o as a symbolic link, not as a file$"):
        collect_outputs(ONE, into, store)


@pytest.mark.parametrize("name", ["out.o", "out.wasm", "all/big"])
def test_an_output_of_5_gb_is_refused_before_it_is_read(store: Store, into: Path, name: str) -> None:
    (into / "all").mkdir()
    (into / name).touch()
    os.truncate(into / name, 5 * 1024**3)  # it takes no room on the disk
    output = "all/" if name == "all/big" else name
    most = "1.0 GiB" if name == "out.wasm" else "2.0 GiB"
    with pytest.raises(ActionError, match=rf"^wrote {output} with 5.0 GiB; an output has at most {most}$"):
        collect_outputs(msgspec.structs.replace(MADE, outputs=(output,)), into, store)
    assert not store.root.exists()


@pytest.mark.parametrize("kind", ["a symbolic link", "a named pipe"])
def test_an_output_that_never_ends(store: Store, into: Path, kind: str) -> None:
    if kind == "a named pipe":
        os.mkfifo(into / "out.o")
    else:
        (into / "out.o").symlink_to("/dev/zero")
    with pytest.raises(ActionError, match=rf"^wrote out.o as {kind}, not as a file$"):
        collect_outputs(ONE, into, store)


def test_large_outputs_are_never_in_memory_as_a_whole(root: Path, store: Store, tmp_path: Path) -> None:
    one, two, size = tmp_path / "one", tmp_path / "two", 16 * 1024**2
    (one / "all").mkdir(parents=True)
    two.mkdir()
    for name in ("big.o", "all/big"):
        with (one / name).open("wb") as file:
            for number in range(size // 1024**2):
                file.write(bytes([number]) * 1024**2)
    made = msgspec.structs.replace(MADE, outputs=("big.o", "all/"))
    tracemalloc.start()
    try:
        found = collect_outputs(made, one, store)
        write_inputs(MADE, root, store, {"big.o": found["big.o"], "all": found["all/"]}, {}, two)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size // 4
    for name in ("big.o", "all/big"):
        assert filecmp.cmp(one / name, two / name, shallow=False)
    assert collect_outputs(made, one, store) == found
    assert list(store.new.iterdir()) == []


def test_an_output_behind_a_link_could_be_anything(store: Store, into: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / "app.o").write_text("a key of the user")
    (into / "out").symlink_to(away)
    with pytest.raises(ActionError, match=r"^wrote out/app.o behind a symbolic link: "):
        collect_outputs(msgspec.structs.replace(MADE, outputs=("out/app.o",)), into, store)


@pytest.mark.parametrize("to", ["/etc", "../..", "in/in/../../..", "none/../../.."])
def test_a_link_that_leads_out_of_a_folder_is_no_output(to: str, store: Store, into: Path) -> None:
    (into / "all/sub").mkdir(parents=True)
    (into / "all/sub/in").symlink_to(".")
    (into / "all/sub/link").symlink_to(to)
    what = r"^wrote all/, in which sub/link is a symbolic link that leads out of the folder$"
    with pytest.raises(ActionError, match=what):
        collect_outputs(msgspec.structs.replace(MADE, outputs=("all/",)), into, store)


def test_a_pipe_in_a_folder_is_no_output(store: Store, into: Path) -> None:
    (into / "all").mkdir()
    os.mkfifo(into / "all/pipe")
    with pytest.raises(ActionError, match="pipe is neither file, folder nor link"):
        collect_outputs(msgspec.structs.replace(MADE, outputs=("all/",)), into, store)


def test_a_source_that_became_a_pipe_is_not_waited_for(root: Path, store: Store, tmp_path: Path) -> None:
    path = next(iter(MADE.sources.values())).path
    (root / path).unlink()
    os.mkfifo(root / path)
    with pytest.raises(ActionError, match="cannot be read any more: it is no file"):
        write_inputs(MADE, root, store, {}, {}, tmp_path / "two")


@pytest.mark.parametrize("data", [b"", b"\0asm", b"\0asm\1\0\0\0\1", b"not wasm"])
def test_a_module_that_is_not_whole(store: Store, into: Path, data: bytes) -> None:
    (into / "out.wasm").write_bytes(data)
    with pytest.raises(ActionError, match=r"^wrote out.wasm"):
        collect_outputs(msgspec.structs.replace(MADE, outputs=("out.wasm",)), into, store)


def test_the_directory_is_gone_afterwards_with_all_that_is_in_it(tmp_path: Path) -> None:
    with private_directory(tmp_path / "work") as first, private_directory(tmp_path / "work") as second:
        assert first != second
        assert list(first.iterdir()) == []
        (first / "sub").mkdir()
        (first / "sub" / "x").touch()
        (first / "sub").chmod(0o500)
        assert first.name.startswith(f"{os.getpid()}-")
    assert list((tmp_path / "work").iterdir()) == []


def test_the_directory_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ActionError), private_directory(tmp_path / "work"):
        raise ActionError("no")
    assert list((tmp_path / "work").iterdir()) == []


def test_what_killed_processes_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    nobody = 2**22 + 1  # above the largest process id that Linux gives
    for name in (f"{nobody}-abc", f"{os.getpid()}-abc", "notes-abc", "plain"):
        (tmp_path / name / "deep").mkdir(parents=True)
    (tmp_path / f".new-{nobody}-abc").touch()
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([f"{os.getpid()}-abc", "notes-abc", "plain"])
    sweep(tmp_path / "none")


def test_what_a_process_in_another_container_holds_is_not_swept(tmp_path: Path) -> None:
    nobody = 2**22 + 1
    with private_directory(tmp_path) as path:
        theirs = path.rename(tmp_path / f"{nobody}-abc")
        sweep(tmp_path)
        assert theirs.is_dir()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
