"""Tools that must be of the version that a project's own lock names; knows lock files as text, reads none."""

import re
import tomllib

from wasmforge.errors import Problem

_VERSION = re.compile(r"\d+\.\d+\.\d+\S*")


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
