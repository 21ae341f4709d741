"""Finds the files of our own package that a step command of ours imports, from their syntax."""

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from wasmforge.model.base import Struct


class Closure(Struct, frozen=True, kw_only=True):
    """`files` are paths from the folder that holds the package, in order; `digest` is over their names and bytes.
    `outside` are the top-level names of packages imported that are neither ours nor Python's own.
    """

    files: tuple[str, ...]
    outside: tuple[str, ...]
    digest: str


def closure(package: Path, started: Iterable[str]) -> Closure:
    """What Python reaches of the package in this folder from what it is `started` with: modules, as `-m` takes them, or
    files of the package, by their paths from the folder that holds it.
    """
    site = package.parent
    data = _data(package)
    files: dict[Path, bytes] = {}
    outside: set[str] = set()
    doing: list[str | Path] = []
    for each in started:
        doing += [site / each] if each.endswith(".py") else [each, f"{each}.__main__"]
    while doing:
        name = doing.pop()
        if isinstance(name, str) and name.partition(".")[0] != package.name:
            outside.add(name.partition(".")[0])
            continue
        for path in (name,) if isinstance(name, Path) else _files(site, name):
            if path in files:
                continue
            files[path] = path.read_bytes()
            tree = ast.parse(files[path], str(path))
            doing += _imports(tree, path.parent.relative_to(site).parts)
            for text in _texts(tree):
                files.update((found, found.read_bytes()) for found in data.get(text.rpartition("/")[2], ()))
                if text.startswith(f"{package.name}."):
                    doing.append(text)
    said = {path.relative_to(site).as_posix(): content for path, content in sorted(files.items())}
    whole = hashlib.sha256()
    for name, content in said.items():
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    known = sorted(name for name in outside if name not in sys.stdlib_module_names)
    return Closure(files=tuple(said), outside=tuple(known), digest=whole.hexdigest())


def _files(site: Path, name: str) -> Iterator[Path]:
    """The file of a module, and those of the packages it is in, which Python runs before it."""
    place = site
    for part in name.split("."):
        place /= part
        for path in (place / "__init__.py", place.with_suffix(".py")):
            if path.is_file():
                yield path
                break


def _imports(tree: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """Every module that is imported anywhere in it; of `from a import b` also `a.b`, if it is one."""
    for node in _run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join((*above, *((node.module,) if node.module else ())))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """All of it but for what only type checkers read."""
    doing = [tree]
    while doing:
        node = doing.pop()
        yield node
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            doing += node.orelse
        else:
            doing += ast.iter_child_nodes(node)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in _run(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            yield node.value


def _data(package: Path) -> dict[str, list[Path]]:
    """The package's files that are not Python, by name: one that a module may open, it must name."""
    found: dict[str, list[Path]] = {}
    for path in package.rglob("*"):
        if path.suffix not in (".py", ".pyc") and path.is_file():
            found.setdefault(path.name, []).append(path)
    return found
