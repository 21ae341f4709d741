"""Ways to change something that a build rested on, each of which the next build must notice."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.support.copy_toolchain import write_copier


def longer(path: Path) -> None:
    """A comment more in a TOML file."""
    path.write_text(f"{path.read_text()}# more\n")


def rewrite(path: Path) -> None:
    """Other bytes of the same number, at the same time as before, so far as anybody can set that."""
    before = path.stat()
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped(path: Path) -> None:
    """Another file in its place, as old as it."""
    before = path.stat()
    fresh = path.with_suffix(".fresh")
    fresh.write_text(path.read_text().swapcase())
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.rename(path)


def linked(folder: Path) -> None:
    """The folder is a link to what it was."""
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def another_recipe(root: Path) -> None:
    """A second recipe, of no language."""
    path = root / "recipes/copying2.toml"
    shutil.copy(root / "recipes/copying.toml", path)
    path.write_text(
        path.read_text().replace('name = "copying"', 'name = "copying2"').replace("[languages.copying]", "")
    )


def a_runtime(root: Path) -> None:
    """A runtime of the project's own, in a folder that was not there."""
    (root / "runtimes").mkdir()
    (root / "runtimes/mine.toml").write_text('format = 1\nname = "mine"\ndriver = "wasmtime"\ntests = ["call"]\n')


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source": lambda root: (root / "one/src/a.txt").write_text("other words\n"),
    "a source, by as many bytes and its time kept": lambda root: rewrite(root / "one/src/a.txt"),
    "a source, swapped for one of its time": lambda root: swapped(root / "one/src/a.txt"),
    "a source more": lambda root: (root / "two/src/c.txt").write_text("two c\n"),
    "a source less": lambda root: (root / "two/src/b.txt").unlink(),
    "a source's name": lambda root: (root / "two/src/c.txt").rename(root / "two/src/z.txt"),
    "a source's name, by case alone": lambda root: (root / "two/src/a.txt").rename(root / "two/src/A.txt"),
    "a source's mode": lambda root: (root / "two/src/A.txt").chmod(0o755),
    "a folder of sources": lambda root: shutil.copytree(root / "one/src", root / "two/src/more"),
    "a recipe": lambda root: longer(root / "recipes/copying.toml"),
    "a recipe more": another_recipe,
    "a toolchain": lambda root: longer(root / "toolchains/copying.toml"),
    "a target": lambda root: os.utime(root / "targets/copies.toml"),
    "a runtime more": a_runtime,
    "forge.toml": lambda root: longer(root / "forge.toml"),
    "a delivered file is gone": lambda root: (root / "dist/copies/one/one.txt").unlink(),
    "a delivered file, its time kept": lambda root: rewrite(root / "dist/copies/one/one.txt"),
    "a file more beside the delivered": lambda root: (root / "dist/copies/one/more").write_text(""),
    "a delivery is gone": lambda root: shutil.rmtree(root / "dist/copies/two"),
    "a delivery is a link": lambda root: linked(root / "dist/copies/two"),
    "dist is gone": lambda root: shutil.rmtree(root / "dist"),
    "the record of dist": lambda root: (root / "dist/manifest.json").write_text("{}"),
    "a blob is damaged": lambda root: [p.write_bytes(b"x") for p in (root.parent / "cache/store/blobs").glob("*/*")],
    "the store is gone": lambda root: shutil.rmtree(root.parent / "cache/store"),
    "the tool, in place": lambda root: write_copier(root.parent / "tools/copier", "1.0"),
    "the record is torn": lambda root: [
        p.write_bytes(p.read_bytes()[:-1]) for p in (root / ".wasmforge/unchanged").iterdir()
    ],
}
