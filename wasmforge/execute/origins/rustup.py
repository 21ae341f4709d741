"""Rust as rustup has it: the active toolchain, with the targets that are missing added."""

from pathlib import Path

from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.origins.path import candidates
from wasmforge.execute.origins.probe import Unfit, probe, run
from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import Origin, Toolchain


def rustup(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The toolchain rustup takes by default; adding a target needs the network."""
    del note  # every kind of origin is called alike
    found = next(candidates("rustup"), None)
    if found is None:
        raise NotThere("no rustup on PATH", origin.fix)
    try:
        missing = [t for t in origin.targets if t not in _lines(found, "target", "list", "--installed")]
        if missing:
            _add(toolchain, found, missing, context)
        rustc = Path(_lines(found, "which", "rustc")[0])
        said = probe(rustc, origin, context, {})
    except Unfit as e:
        raise NotThere(str(e), origin.fix) from None
    identity = f"rustc {said.identity} with {', '.join(origin.targets)}"
    scope = {"program": (str(rustc),), "bin": (str(rustc.parent),)}
    return There(identity=identity, location=str(rustc), scope=scope, versions={"rustc": said.version})


def _add(toolchain: Toolchain, rustup: Path, targets: list[str], context: Context) -> None:
    command = f"rustup target add {' '.join(targets)}"
    if context.offline or not context.fetch:
        raise NotThere(f"rustup has no {', '.join(targets)} yet", command)
    context.tell(Provisioning(toolchain=toolchain.name, what=command))
    done = run(rustup, ["target", "add", *targets])
    if not done.ok:
        said = [line for line in done.text.splitlines() if line.strip()]
        raise NotThere(f"`{command}` failed: {said[-1].strip() if said else done.exit}", command)


def _lines(rustup: Path, *arguments: str) -> list[str]:
    done = run(rustup, arguments)
    if not done.ok:
        raise Unfit(f"`rustup {' '.join(arguments)}` failed: {done.text.strip()[:200]}")
    return done.text.split()
