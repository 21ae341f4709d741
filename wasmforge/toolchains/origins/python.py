"""Origin `python`: a distribution installed beside wasmforge, such as ziglang."""

import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from wasmforge.model.fingerprint import MAY_APPEAR
from wasmforge.model.toolchain import PythonOrigin, Toolchain
from wasmforge.toolchains.contents import contents, outermost
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable
from wasmforge.version import metadata_of, version_of

OURS = "wasmforge"
"""Our own package: of it only what its commands import counts, since most of it makes nothing that is delivered."""


class PythonFinder(Finder):
    """Distributions installed beside wasmforge."""

    def find(self, toolchain: Toolchain, origin: PythonOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The distribution as it is installed."""
        del note  # every kind of origin is called alike
        name = origin.distribution or toolchain.name
        fix = origin.fix or f"pip install {name}"
        for folder in sys.path:
            context.lookups.at(Path(folder).absolute(), MAY_APPEAR)
        version = version_of(name)
        if version is None:
            raise OriginUnavailable(f"the Python distribution {name} is not installed", fix)
        module = origin.module or name.replace("-", "_")
        package = _package(module)
        if package is None:
            raise OriginUnavailable(
                f"{name} {version} is installed but has no package {module!r}", f"pip install --force-reinstall {name}"
            )
        if (metadata := metadata_of(name)) is not None:
            context.lookups.at(metadata)
            context.lookups.probed(metadata / "RECORD")
        scope = {"python": (sys.executable,), "site": (str(package.parent),)}
        origin_found = OriginFound(
            description=f"{name} {version}",
            location=str(package),
            scope=scope,
            contents=outermost((str(package), *contents(origin, scope, (), context))),
        )
        return _of_imports(origin_found, package, origin, context) if module == OURS else origin_found


def _package(module: str) -> Path | None:
    """The folder of an importable package."""
    spec = importlib.util.find_spec(module)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def _of_imports(origin_found: OriginFound, package: Path, origin: PythonOrigin, context: OriginContext) -> OriginFound:
    """The same with our package known by what its commands import of it, and with the packages these import besides."""
    started = tuple(dict.fromkeys(_started(origin)))
    whole = context.digests.of(str(package))
    key = hashlib.sha256(repr((whole, started, sys.version)).encode()).hexdigest()
    if (known := context.store.get_value("closure", key)) is None:
        from wasmforge.toolchains.python_imports import closure  # only when a file of ours has changed

        reached = closure(package, started)
        known = [reached.digest, *reached.outside]
        context.store.put_value("closure", key, known)
    digest, *outside = known
    others = [str(place) for name in outside if (place := _package(name)) is not None]
    return msgspec.structs.replace(
        origin_found, contents=outermost((*origin_found.contents, *others)), digests={str(package): digest}
    )


def _started(origin: PythonOrigin) -> Iterator[str]:
    """What of our package its tools start: the module after `-m`, or a file by its path from `{site}`."""
    for words in origin.tools.values():
        for before, word in zip(("", *words), words, strict=False):
            if before == "-m" and word.partition(".")[0] == OURS:
                yield word
            elif word.startswith(f"{{site}}/{OURS}/") and word.endswith(".py"):
                yield word.removeprefix("{site}/")
