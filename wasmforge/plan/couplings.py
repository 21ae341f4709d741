"""Tools that must be of the version that a project's own lock names; knows lock files as text, reads none."""

import re
import tomllib
from collections.abc import Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.plan.select import Wanted, toolchains_of

_VERSION = re.compile(r"\d+\.\d+\.\d+\S*")


def check_couplings(
    wanted: tuple[Wanted, ...], catalog: Catalog, locks: Mapping[str, str | None], identities: Mapping[str, str]
) -> None:
    """Raise ForgeError for every component whose lock and tools do not fit.

    `locks` is the text of Cargo.lock by the folder of a component (None: it has none), `identities` are those of the
    toolchains found. What fetches crates needs a lock; what has wasm-bindgen write its JavaScript, the right version.
    """
    problems: dict[Problem, None] = {}
    for one in wanted:
        used, where = toolchains_of((one,), catalog), f"components.{one.settled.name}"
        lock = locks.get(one.placed.folder)
        if "wasm-bindgen" in used and (found := wasm_bindgen_problem(where, lock, identities["wasm-bindgen"])):
            problems[found] = None
        elif "cargo" in used and lock is None:
            problems[no_cargo_lock(where)] = None
    if problems:
        raise ForgeError(*problems)


def wasm_bindgen_problem(where: str, cargo_lock: str | None, identity: str) -> Problem | None:
    """Why wasm-bindgen's tool cannot work on this crate: its version must be that of the crate, to the last digit.

    `cargo_lock` is the text of the component's Cargo.lock (None: it has none), `identity` that of the toolchain
    `wasm-bindgen`, which begins with its name and version. None when they fit, or when the identity names no version
    (a container's digest: the tool itself then compares).
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
    tool = _VERSION.search(identity)
    if tool is None or tool[0] == crates[0]:
        return None
    what = f"wasm-bindgen is {tool[0]} here, and the crate in Cargo.lock is {crates[0]}: they must be of one version"
    hint = f"cargo install wasm-bindgen-cli --version {crates[0]} --locked"
    hint += f', or in Cargo.toml: wasm-bindgen = "={tool[0]}"'
    return Problem(where=where, what=what, hint=hint)


def no_cargo_lock(where: str) -> Problem:
    """A Rust component without Cargo.lock: nothing says which crates are meant."""
    hint = "run `cargo generate-lockfile` there and commit Cargo.lock"
    return Problem(where=where, what="has no Cargo.lock, so its crates could be others each time", hint=hint)


def crate_versions(cargo_lock: str, crate: str) -> tuple[str, ...] | None:
    """The versions in which a lock names a crate, in its order; None when the text is no lock."""
    try:
        packages = tomllib.loads(cargo_lock).get("package", [])
        return tuple(str(p["version"]) for p in packages if p["name"] == crate)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        return None
