"""Trees of files in the store: kept, found again, missed when a blob is, laid out without leading folders."""

from pathlib import Path

import pytest

from wasmforge.fetch.tree import LayoutError, in_folder, patched, store_tree, stored_tree, stripped
from wasmforge.store.store import Blob, Store

ONE = ("archive", "1")


def blobs(*paths: str) -> dict[str, Blob]:
    return {path: Blob(digest=path, size=1) for path in paths}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_files_modes_and_links(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "tree"
    (folder / "src").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "src/a.c").write_text("a")
    (folder / "run.sh").write_text("b")
    (folder / "run.sh").chmod(0o755)
    (folder / "b.c").symlink_to("src/a.c")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "folder").symlink_to("src")
    tree = store_tree(store, ONE, folder, "s")
    assert sorted(tree.outputs) == ["b.c", "run.sh", "src/a.c"]
    assert tree.outputs["run.sh"].executable
    assert tree.outputs["b.c"].digest == tree.outputs["src/a.c"].digest
    assert stored_tree(store, ONE) == tree
    assert stored_tree(store, ("archive", "2")) is None


def test_the_digest_tells_names_contents_and_modes(tmp_path: Path, store: Store) -> None:
    def digest(name: str, text: str, mode: int) -> str:
        folder = tmp_path / f"{name}{text}{mode}"
        folder.mkdir()
        (folder / name).write_text(text)
        (folder / name).chmod(mode)
        return store_tree(store, ONE, folder).digest

    assert (
        len({digest("a", "x", 0o644), digest("b", "x", 0o644), digest("a", "y", 0o644), digest("a", "x", 0o755)}) == 4
    )


def test_a_tree_without_a_blob_is_none(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.c").write_text("abc")
    (blob,) = store_tree(store, ONE, folder).outputs.values()
    path = store.locate(blob)
    assert path == store.blob_path(blob.digest)
    path.write_text("ab")
    assert store.locate(blob) is None
    assert stored_tree(store, ONE) is None
    path.unlink()
    assert stored_tree(store, ONE) is None


def test_an_upstream_has_trees_too(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.c").write_text("abc")
    store_tree(store, ONE, folder)
    other = Store(tmp_path / "other", (store.root,))
    tree = stored_tree(other, ONE)
    assert tree is not None
    assert other.locate(tree.outputs["a.c"]) == store.locate(tree.outputs["a.c"])


@pytest.mark.parametrize(
    ("paths", "strip", "expected"),
    [
        (("lib/a", "lib/b/c"), None, ["a", "b/c"]),
        (("lib/a", "b"), None, ["b", "lib/a"]),
        (("lib/a", "lob/a"), None, ["lib/a", "lob/a"]),
        (("lib/in/a",), None, ["in/a"]),
        (("lib/a",), 0, ["lib/a"]),
        (("lib/a", "lib/b/c", "top"), 1, ["a", "b/c"]),
        (("lib/a", "lib/b/c"), 2, ["c"]),
        (("a",), None, ["a"]),
    ],
)
def test_leading_folders(paths: tuple[str, ...], strip: int | None, expected: list[str]) -> None:
    assert sorted(stripped(blobs(*paths), strip)) == expected


def test_one_folder_of_it() -> None:
    assert sorted(in_folder(blobs("src/a/x.c", "src/a/b/y.c", "src/ab/z.c"), "src/a")) == ["b/y.c", "x.c"]
    assert sorted(in_folder(blobs("src/a/x.c"), "src/a/")) == ["x.c"]


def test_a_folder_that_it_does_not_have() -> None:
    with pytest.raises(LayoutError, match="it has no folder src/zlip") as caught:
        in_folder(blobs("src/zlib/x.c", "doc/y"), "src/zlip")
    assert caught.value.key == "folder"
    assert caught.value.hint == "did you mean 'src/zlib'?"


@pytest.mark.parametrize(("paths", "strip"), [(("lib/a",), 2), ((), None), (("a/x", "b/x"), 1)])
def test_what_cannot_be_stripped(paths: tuple[str, ...], strip: int | None) -> None:
    with pytest.raises(LayoutError) as caught:
        stripped(blobs(*paths), strip)
    assert caught.value.key == "strip"


def test_patches_in_order(store: Store) -> None:
    first = b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n\n"
    second = b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n+c\n--- a/new\n+++ /dev/null\n@@ -1 +0,0 @@\n-n\n"
    files = {"f": store.put(b"a\n", executable=True)}
    found = patched(store, files, [(0, first), (1, second)])
    assert [*found] == ["f"]
    assert store.get(found["f"].digest) == b"c\n"
    assert found["f"].executable
    with pytest.raises(LayoutError) as caught:
        patched(store, files, [(7, first)])
    assert caught.value.key == "patches.7"
    assert "hunk 1 does not fit f:1" in str(caught.value)
