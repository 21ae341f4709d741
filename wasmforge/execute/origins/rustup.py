"""Rust as rustup has it: the active toolchain, with the targets and components that are missing added."""

import re
from pathlib import Path

from wasmforge.execute.environment import fetching
from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.origins.held import held
from wasmforge.execute.origins.path import candidates, numbers
from wasmforge.execute.origins.probe import Unfit, probe, run
from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import Origin, Toolchain

TIMEOUT = 600.0
"""Seconds that fetching a target or component may take."""

_ERROR = re.compile(r"(?m)^error: (.+)$")
_CAUSE = re.compile(r"(?m)^ +\d+: (.+)$")


def rustup(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The toolchain rustup takes by default; adding a target or component needs the network."""
    del note  # every kind of origin is called alike
    found = next(candidates("rustup"), None)
    if found is None:
        raise NotThere("no rustup on PATH", origin.fix)
    try:
        for kind, wanted in (("target", origin.targets), ("component", origin.components)):
            there = _lines(found, kind, "list", "--installed") if wanted else []
            if missing := [w for w in wanted if w not in there]:
                _add(toolchain, found, kind, missing, context)
        rustc = Path(_lines(found, "which", "rustc")[0])
        said = probe(rustc, origin, context, {})
        if origin.at_least and numbers(said.version) < numbers(origin.at_least):
            raise Unfit(f"version {said.version} is older than {origin.at_least}")
        real = rustc.parent.parent
        scope = {"program": (str(rustc),), "bin": (str(rustc.parent),), "real": (str(real),)}
        files = held(origin, scope)
    except Unfit as e:
        raise NotThere(str(e), origin.fix) from None
    identity = f"rustc {said.identity}{files} with {', '.join((*origin.targets, *origin.components))}"
    return There(identity=identity, location=str(rustc), scope=scope, versions={"rustc": said.version})


def _add(toolchain: Toolchain, rustup: Path, kind: str, missing: list[str], context: Context) -> None:
    command = f"rustup {kind} add {' '.join(missing)}"
    if context.offline or not context.fetch:
        raise NotThere(f"rustup has no {', '.join(missing)} yet", command)
    context.tell(Provisioning(toolchain=toolchain.name, what=command))
    done = run(rustup, [kind, "add", *missing], fetching(), timeout=TIMEOUT)
    if not done.ok:
        raise NotThere(f"`{command}`: {done.reason(TIMEOUT)}{_why(done.text)}", command)


def _why(said: str) -> str:
    """The error that rustup tells and the last of its causes, which it writes one below the other or in one line."""
    told, _, _ = said.partition("Stack backtrace:")
    error = _ERROR.search(told)
    chain = [*(error[1].split(": ") if error else ()), *_CAUSE.findall(told)]
    return "".join(f": {part}" for part in dict.fromkeys((*chain[:1], *chain[-1:])))


def _lines(rustup: Path, *arguments: str) -> list[str]:
    done = run(rustup, arguments)
    if not done.ok:
        raise Unfit(f"`rustup {' '.join(arguments)}` failed: {done.text.strip()[:200]}")
    return done.text.split()
