"""Origin `rustup`: rustup's active toolchain; missing targets and components are added."""

import re
from pathlib import Path

from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import RustupOrigin, Toolchain
from wasmforge.toolchains.contents import contents, outermost, required_files
from wasmforge.toolchains.environment import fetch_variables
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable
from wasmforge.toolchains.origins.path import candidates, version_tuple
from wasmforge.toolchains.probe import ProgramRejected, is_proxied, probe, run

TIMEOUT = 600.0
"""Seconds that fetching a target or component may take."""

_ERROR = re.compile(r"(?m)^error: (.+)$")
_CAUSE = re.compile(r"(?m)^ +\d+: (.+)$")


class RustupFinder(Finder):
    """Toolchains that rustup has, or is told to add to."""

    def find(self, toolchain: Toolchain, origin: RustupOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The toolchain rustup takes by default; adding a target or component needs the network."""
        del note  # every kind of origin is called alike
        found = next(candidates("rustup", context.lookups), None)
        if found is None:
            raise OriginUnavailable("no rustup on PATH", origin.fix)
        is_proxied(found, context.lookups)
        try:
            for kind, units in (("target", origin.targets), ("component", origin.components)):
                installed_units = _lines(found, kind, "list", "--installed") if units else []
                if missing := [w for w in units if w not in installed_units]:
                    _add(toolchain, found, kind, missing, context)
            rustc = Path(_lines(found, "which", "rustc")[0])
            real = rustc.parent.parent
            scope = {"program": (str(rustc),), "bin": (str(rustc.parent),), "real": (str(real),)}
            parts = outermost((str(real), *contents(origin, scope, (), context)))
            said = probe(rustc, origin, context, {}, parts)
            if origin.at_least and version_tuple(said.version) < version_tuple(origin.at_least):
                raise ProgramRejected(f"version {said.version} is older than {origin.at_least}")
            files = required_files(origin, scope, context)
        except ProgramRejected as e:
            raise OriginUnavailable(str(e), origin.fix) from None
        more = ", ".join((*origin.targets, *origin.components))
        return OriginFound(
            description=f"rustc {said.version}{' with ' if more else ''}{more}",
            location=str(rustc),
            scope=scope,
            versions={"rustc": said.version},
            contents=outermost((*parts, *files)),
        )


def _add(toolchain: Toolchain, rustup: Path, kind: str, missing: list[str], context: OriginContext) -> None:
    command = f"rustup {kind} add {' '.join(missing)}"
    if context.offline or not context.fetch:
        raise OriginUnavailable(f"rustup has no {', '.join(missing)} yet", command)
    context.emit(Provisioning(toolchain=toolchain.name, what=command))
    done = run(rustup, [kind, "add", *missing], fetch_variables(), timeout=TIMEOUT)
    if not done.ok:
        raise OriginUnavailable(f"`{command}`: {done.reason(TIMEOUT)}{_why(done.text)}", command)


def _why(said: str) -> str:
    """The error that rustup tells and the last of its causes, which it writes one below the other or in one line."""
    message, _, _ = said.partition("Stack backtrace:")
    error = _ERROR.search(message)
    chain = [*(error[1].split(": ") if error else ()), *_CAUSE.findall(message)]
    return "".join(f": {part}" for part in dict.fromkeys((*chain[:1], *chain[-1:])))


def _lines(rustup: Path, *arguments: str) -> list[str]:
    done = run(rustup, arguments)
    if not done.ok:
        raise ProgramRejected(f"`rustup {' '.join(arguments)}` failed: {done.text.strip()[:200]}")
    return done.text.split()
