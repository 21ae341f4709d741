"""Makes components of a Rust crate: its library if that is a module of its own, else each of its programs."""

from typing import Any

from wasmforge.discovery import other_languages
from wasmforge.discovery.file_types import folder, folders, join, within
from wasmforge.discovery.roots import toml
from wasmforge.discovery.sources import Sources
from wasmforge.model.discovery import FoundComponent

NOT_A_MODULE = 'it is only a library for other crates: say crate-type = ["cdylib"] in its Cargo.toml'
WASM_BINDGEN_CRATES = frozenset({"wasm-bindgen", "js-sys", "web-sys"})
"""Crates whose users need JavaScript that wasm-bindgen writes."""

NO_LOCK = "it has no Cargo.lock: `cargo generate-lockfile` writes one"


def from_rust(at: Sources) -> list[FoundComponent]:
    """Components of one crate; a member of a workspace is built from the workspace's folder, by its package's name.

    A crate that is only a library for others is none, unless it exports functions.
    """
    cargo = toml(at.text(join(at.root, "Cargo.toml")))
    exports = tuple(dict.fromkeys(n for p in at.files for n in other_languages.rust_exports(at.text(p))))
    module = "cdylib" in _list(cargo.get("lib"), "crate-type") + _list(cargo.get("lib"), "crate_type")
    programs = () if module else _programs(cargo, at)
    if not (module or programs or exports):
        return []
    workspace = _workspace(at)
    home = at.root if workspace is None else workspace
    lacks = "" if module or programs else NOT_A_MODULE
    if not lacks and join(home, "Cargo.lock") not in at.roots.paths:
        lacks = NO_LOCK
    package = _package(cargo) or at.root.rpartition("/")[2]
    several = len(programs) > 1
    return [
        FoundComponent(
            name=(program if several else package) if workspace is not None or several else "",
            path=home or ".",
            language="rust",
            kind="command" if program else "reactor",
            exports=() if program else exports,
            sources=tuple(within(home, p) for p in at.files),
            shares_folder=workspace is not None or several,
            package=package if workspace is not None else "",
            program=program if several else "",
            recipe="wasm-bindgen" if not program and _uses_wasm_bindgen(cargo, at, workspace) else "",
            problem=lacks,
        )
        for program in programs or ("",)
    ]


def _programs(cargo: dict[str, Any], at: Sources) -> tuple[str, ...]:
    """The names of the crate's programs."""
    names = [b["name"] for b in _list(cargo, "bin") if isinstance(b, dict) and isinstance(b.get("name"), str)]
    local = at.local(at.files)
    if "src/main.rs" in local and not any(_is_main(b) for b in _list(cargo, "bin")):
        names.append(_package(cargo) or at.root.rpartition("/")[2] or "main")
    for path in local:
        if folder(path) == "src/bin":
            names.append(path.rpartition("/")[2].removesuffix(".rs"))
        elif path.startswith("src/bin/") and path.endswith("/main.rs"):
            names.append(folder(path).rpartition("/")[2])
    return tuple(dict.fromkeys(names))


def _is_main(program: object) -> bool:
    return isinstance(program, dict) and program.get("path", "src/main.rs") == "src/main.rs"


def _package(cargo: dict[str, Any]) -> str:
    package = cargo.get("package")
    name = package.get("name") if isinstance(package, dict) else None
    return name if isinstance(name, str) else ""


def _uses_wasm_bindgen(cargo: dict[str, Any], at: Sources, workspace: str | None) -> bool:
    """Whether the crate itself, and not only a crate of its, is written with wasm-bindgen.

    `dependencies` may be for some targets alone, named otherwise than the crate (`package = …`), or told by the
    workspace. Optional ones do not count: whether they are there is a matter of features.
    """
    home = cargo if workspace is None else toml(at.text(join(workspace, "Cargo.toml")))
    shared = _table(_table(home, "workspace"), "dependencies")
    targets = _table(cargo, "target")
    for table in (cargo, *(_table(targets, name) for name in targets)):
        for name, requirement in _table(table, "dependencies").items():
            own = requirement if isinstance(requirement, dict) else {}
            dependencies = _table(shared, name) if own.get("workspace") is True else own
            if dependencies.get("package", name) in WASM_BINDGEN_CRATES and own.get("optional") is not True:
                return True
    return False


def _workspace(at: Sources) -> str | None:
    """The folder of the workspace that the crate is a member of."""
    if not at.root or "workspace" in toml(at.text(join(at.root, "Cargo.toml"))):
        return None
    for dependencies in folders(at.root):
        file = join(dependencies, "Cargo.toml")
        if file in at.roots.paths and "workspace" in toml(at.text(file)):
            return dependencies
    return None


def _table(table: object, key: str) -> dict[str, Any]:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, dict) else {}


def _list(table: object, key: str) -> list[Any]:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, list) else []
