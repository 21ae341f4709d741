"""`wasmforge lock`: write the toolchains of a project to forge.lock."""

from pathlib import Path

import typer

from wasmforge.cli import options

_HERE = Path()


def lock(
    origin: options.OriginKind = None,
    offline: options.Offline = False,
    trust_project: options.TrustProject = False,
    directory: options.Directory = _HERE,
) -> None:
    """Write forge.lock: the toolchains found here, which `build --locked` then requires on every machine."""
    from wasmforge.app.lock import lock as write_lock
    from wasmforge.app.workspace import Settings

    settings = Settings(start=options.folder(directory), offline=offline, origin=origin, trust_project=trust_project)
    with options.quiet_reporter() as emit:
        names, absent, changed = write_lock(settings, emit)
    typer.echo(f"forge.lock {'now names' if changed else 'already names'} {', '.join(names)}")
    for name, it in absent.items():
        typer.echo(f"warning: toolchain {name} {it.why}; it is not locked for this machine", err=True)
        typer.echo(f"  hint: {it.fix}" if it.fix else "", err=True, nl=bool(it.fix))
