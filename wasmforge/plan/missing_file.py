"""What to write in forge.toml when a tool does not find a file: where in the project it is, or what makes it. Pure."""

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from wasmforge.model.base import Struct
from wasmforge.model.root_paths import FROM_ROOT

TEMPLATES = (".in", ".cmake", ".cmake.in", ".cmakein", ".meson")
"""Endings of files from which a configuration step makes the file of the same name."""

BUILD_FILES = {"cmake": ("CMakeLists.txt",), "make": ("configure", "Makefile")}
"""Files by which a project is built, by the first word of the recipes that do so."""


class SearchedFile(Struct, frozen=True, kw_only=True):
    """A file that an action's tool did not find, and what the action had.

    `name` is the file as the tool calls it. `folder` is the component's, from the project's root. `inputs` are the
    action's files and `known` all that the component's globs match, both from that folder. `has_includes`: its recipe
    has an option for folders with headers. `recipes` are those that could build the component on this target.
    """

    name: str
    folder: str
    inputs: Collection[str] = ()
    known: Collection[str] = ()
    has_includes: bool = True
    recipes: Collection[str] = ()


def missing_file_hint(searched: SearchedFile, project: Mapping[str, None]) -> str:
    """The next step for this file, given all files of the project by path from its root; empty where none is known."""
    name = _wanted(searched.name)
    if not name:
        return ""
    found = sorted((p for p in project if p == name or p.endswith(f"/{name}")), key=lambda p: (p.count("/"), p))
    inside = [below for path in found if (below := _below(path, searched.folder)) is not None]
    for had in (searched.inputs, searched.known):
        if path := next((p for p in inside if p in had and _include_folder(p, name) is not None), None):
            return _unseen(searched, path, name, is_input=had is searched.inputs)
    if path := next((p for p in inside if p and _include_folder(p, name) is not None), None):
        return _unmatched(searched, path, name)
    if found:
        return _outside(searched, found[0], name)
    return _generated(searched, name, project)


def _unseen(searched: SearchedFile, path: str, name: str, *, is_input: bool) -> str:
    """The component has the file, but the tool does not look there."""
    include = _include_folder(path, name) or "."
    if is_input:
        return f"{name} is at {path}: {_includes(searched, include)}"
    where = f'sources = {{ headers = ["**/*.h", "{path}"] }}'
    return f"{path} exists, but is no input of what failed: {where} makes it one of all that is compiled"


def _unmatched(searched: SearchedFile, path: str, name: str) -> str:
    """It is in the component's folder, but matched by no glob."""
    suffix = PurePosixPath(path).suffix
    pattern = f'"**/*{suffix}"' if suffix in {".h", ".hh", ".hpp", ".hxx", ".inc", ".inl"} else f'"**/*.h", "{path}"'
    include = _include_folder(path, name)
    beside = any(PurePosixPath(known).parent == PurePosixPath(path).parent for known in searched.inputs)
    look = f", {_includes(searched, include)}" if include and not beside else ""
    return f"{path} exists, but no glob of its recipe names it: sources = {{ headers = [{pattern}] }}{look}"


def _outside(searched: SearchedFile, path: str, name: str) -> str:
    """It is in the project, but not in the component's folder, or is named from a folder above that."""
    include = path.removesuffix(name).rstrip("/")
    if searched.has_includes:
        return f"{FROM_ROOT}{path} is not looked for: {_includes(searched, FROM_ROOT + include)}"
    common = _common(include, searched.folder)
    inner = include if common == "." else _below(include, common)
    look = f", {_includes(searched, inner)}" if inner else ""
    return f'{path} lies outside of {searched.folder}/: path = "{common}" is a folder that holds both{look}'


def _generated(searched: SearchedFile, name: str, project: Mapping[str, None]) -> str:
    """It does not exist, but something does of which the project's own build makes it."""
    base = "" if searched.folder == "." else f"{searched.folder}/"
    own = [path for path in project if path.startswith(base)]
    template = next((p for p in own for ending in TEMPLATES if f"/{p}".endswith(f"/{name}{ending}")), None)
    if template is None or not searched.has_includes:
        return ""
    makers = [
        recipe
        for builder, files in BUILD_FILES.items()
        if any(base + file in project for file in files)
        for recipe in searched.recipes
        if recipe.startswith(f"{builder}-")
    ]
    made = f"{name} is made of {template.removeprefix(base)} by the project's own build"
    if makers:
        named = " or ".join(f'"{recipe}"' for recipe in makers)
        return f"{made}: recipe = {named}, docs/cpp.md; or write it by hand"
    return f"{made}, which no recipe here runs: write it by hand, once, for WebAssembly"


def _includes(searched: SearchedFile, folder: str) -> str:
    option = f'includes = ["{folder}"]' if searched.has_includes else f'flags = ["-I{folder}"]'
    return f"options = {{ {option} }}"


def _wanted(name: str) -> str:
    """The file as it may end a path of the project; empty for a path of the machine."""
    if name.startswith("/"):
        return ""
    return "/".join(part for part in name.split("/") if part not in {".", "..", ""})


def _below(path: str, folder: str) -> str | None:
    """The path from the folder; None where it is not below it."""
    if folder == ".":
        return path
    return path.removeprefix(f"{folder}/") if path.startswith(f"{folder}/") else None


def _include_folder(path: str, name: str) -> str | None:
    """The folder below which `name` leads to `path`; None where that is outside of what the path starts from."""
    if path == name:
        return ""
    return path.removesuffix(f"/{name}") if path.endswith(f"/{name}") else None


def _common(one: str, other: str) -> str:
    """The folder that holds both, from the project's root."""
    parts: list[str] = []
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        parts.append(left)
    return "/".join(part for part in parts if part) or "."
