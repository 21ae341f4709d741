"""Checks tools against a project's own lock files: wasm-bindgen and cargo with Cargo.lock."""

import tomllib
from collections.abc import Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.select import BuildUnit, toolchains_of

BINDERS = ("wasm-bindgen", "wasm-pack")
"""Toolchains that have wasm-bindgen write JavaScript."""

FETCHERS = frozenset({"cargo", "cargo-src"})
"""Toolchains that fetch what a lock names."""

LOCK_4 = (1, 78)
"""The first Rust that reads Cargo.lock of version 4, which Rust writes since 1.83."""


def check_tool_versions(
    units: tuple[BuildUnit, ...],
    catalog: Catalog,
    locks: Mapping[str, str | None],
    toolchains: Mapping[str, ResolvedToolchain],
) -> None:
    """Raise ForgeError for every component whose lock and tools do not fit.

    `locks` is the text of Cargo.lock by the folder of a component, or None where it has none.
    What fetches crates needs a lock that its cargo can read; what has wasm-bindgen write its JavaScript, the version
    that the lock names.
    """
    problems: dict[Problem, None] = {}
    for unit in units:
        used, where = toolchains_of((unit,), catalog), f"components.{unit.resolved.name}"
        lock = locks.get(unit.declared.folder)
        available = [name for name in used if name in toolchains]  # a plan to look at may be without some
        binder = next((toolchains[name] for name in available if name in BINDERS), None)
        if binder and (found := wasm_bindgen_problem(where, lock, binder)):
            problems[found] = None
        elif lock is None and not FETCHERS.isdisjoint(used):
            problems[no_cargo_lock(where)] = None
        elif lock and (
            old := next((p for name in available if (p := cargo_problem(where, lock, toolchains[name]))), None)
        ):
            problems[old] = None
    if problems:
        raise ForgeError(*problems)


def cargo_problem(where: str, cargo_lock: str, toolchain: ResolvedToolchain) -> Problem | None:
    """Why a toolchain's cargo cannot read a lock: its format is newer. None when it can, or tells no version."""
    version_found = toolchain.versions.get("cargo") or toolchain.versions.get("rustc")
    if version_found is None or (lock_format(cargo_lock) or 0) < 4 or _numbers(version_found) >= LOCK_4:
        return None
    rust = f"toolchain {toolchain.toolchain} is {version_found}, from {toolchain.origin}"
    what = f"is of version 4, which needs Rust 1.78 or later; {rust}"
    hint = "a newer Rust (rustup update), or make `version = 3` of the line `version = 4` in Cargo.lock"
    return Problem(where=f"{where}: Cargo.lock", what=what, hint=hint)


def wasm_bindgen_problem(where: str, cargo_lock: str | None, toolchain: ResolvedToolchain) -> Problem | None:
    """Why wasm-bindgen's tool cannot work on this crate: its version must be that of the crate, to the last digit.

    `cargo_lock` is the text of the component's Cargo.lock, or None; `toolchain` the one that has the tool.
    None when they fit, or when it tells no version (an image of somebody's own: the tool itself then compares).
    """
    if cargo_lock is None:
        return no_cargo_lock(where)
    crates = crate_versions(cargo_lock, "wasm-bindgen")
    if crates is None:
        return Problem(
            where=f"{where}: Cargo.lock", what="is not a lock file of cargo's", hint="cargo generate-lockfile"
        )
    if not crates:
        hint = 'add it: cargo add wasm-bindgen; or build with recipe = "cargo"'
        return Problem(where=f"{where}: Cargo.lock", what="names no crate wasm-bindgen", hint=hint)
    if len(crates) > 1:
        what = f"names wasm-bindgen more than once: {', '.join(crates)}"
        return Problem(where=f"{where}: Cargo.lock", what=what, hint=f"cargo update wasm-bindgen@{crates[0]}")
    tool = toolchain.versions.get("wasm-bindgen")
    if tool is None or tool == crates[0]:
        return None
    here = f"in image {toolchain.location}" if toolchain.image else "here"
    what = f"wasm-bindgen is {tool} {here}, and the crate in Cargo.lock is {crates[0]}: they must be of one version"
    install = f"cargo install wasm-bindgen-cli --version {crates[0]} --locked"
    pin = f'wasm-bindgen = "={tool}" in Cargo.toml, and `cargo update` there'
    hint = f"{pin}, or without the image: {install}" if toolchain.image else f"{install}, or {pin}"
    return Problem(where=where, what=what, hint=hint)


def no_cargo_lock(where: str) -> Problem:
    """A Rust component without Cargo.lock: nothing says which crates are meant."""
    hint = "run `cargo generate-lockfile` there and commit Cargo.lock; of a workspace `path` is the root (docs/rust.md)"
    return Problem(where=where, what="has no Cargo.lock, so its crates could be others each time", hint=hint)


def crate_versions(cargo_lock: str, crate: str) -> tuple[str, ...] | None:
    """The versions in which a lock names a crate, in its order; None when the text is no lock."""
    try:
        packages = tomllib.loads(cargo_lock).get("package", [])
        return tuple(str(p["version"]) for p in packages if p["name"] == crate)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        return None


def lock_format(cargo_lock: str) -> int | None:
    """The format that a lock says it has; None when it says none, as the oldest do, or is no lock."""
    try:
        said = tomllib.loads(cargo_lock).get("version")
    except tomllib.TOMLDecodeError:
        return None
    return said if isinstance(said, int) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
