"""`wasmforge serve`: what was built, over HTTP, as a site must send it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Option

if TYPE_CHECKING:
    from wasmforge.ground import Settings
    from wasmforge.serve import Site

_HERE = Path()


def serve(
    target: Annotated[str, Option("--target", "-t", metavar="TARGET", help="Show what was built for it.")] = "web",
    port: Annotated[
        int | None,
        Option(min=1, max=65535, metavar="N", help="Listen there; else on the first free port from 8080 on."),
    ] = None,
    host: Annotated[
        str, Option(metavar="ADDRESS", help="Listen on this address, which others may then reach.")
    ] = "127.0.0.1",
    watch: Annotated[bool, Option("--watch", "-w", help="Build what changes, and let open pages look again.")] = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Serve dist/TARGET with the headers that threads need, and a page that runs the smoke tests in the browser."""
    from wasmforge.ground import Settings
    from wasmforge.serve import Server, Site, listen
    from wasmforge.serve.hall import Hall

    settings = Settings(start=options.folder(directory))
    listening = listen(host, port)
    address = host if ":" not in host else f"[{host}]"
    url = f"http://{address}:{listening.getsockname()[1]}/"
    with options.quiet_reporter(quiet=True) as tell:
        site = Site(lambda: Hall(settings, target, tell), hosts=["localhost", "127.0.0.1", "[::1]", address])
    with Server(site.app, listening) as server:
        typer.echo(f"Serving {target} at {url} (Ctrl-C ends)")
        sys.stdout.flush()
        if watch:
            _keep_building(settings, target, site, quiet=quiet, verbose=verbose, color=color)
        server.wait()


def _keep_building(
    settings: "Settings", target: str, site: "Site", *, quiet: bool, verbose: bool, color: options.Color
) -> None:
    """Build until Ctrl-C; each time the open pages look again."""
    from wasmforge.cli.watch import keep_building
    from wasmforge.plan import Request

    keep_building(
        settings,
        Request(targets=(target,)),
        output=options.Output.TEXT,
        quiet=quiet,
        verbose=verbose,
        color=color,
        built=site.changed,
    )
