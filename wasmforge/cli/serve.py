"""`wasmforge serve`: dist over HTTP, with the headers that a site must send."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Option

if TYPE_CHECKING:
    from wasmforge.app.workspace import Settings
    from wasmforge.serve import Site

_HERE = Path()


def serve(
    target: Annotated[
        str, Option("--target", "-t", metavar="TARGET", help="Serve what was built for this target.")
    ] = "web",
    profile: options.Profile = None,
    port: Annotated[
        int | None,
        Option(min=1, max=65535, metavar="N", help="Listen on this port; by default the first free one from 8080."),
    ] = None,
    host: Annotated[
        str, Option(metavar="ADDRESS", help="Listen on this address; other machines may then reach it.")
    ] = "127.0.0.1",
    watch: Annotated[bool, Option("--watch", "-w", help="Build what changes, and reload open pages.")] = False,
    trust_project: options.TrustProject = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Serve dist/TARGET with the headers that threads need, and a page that runs the smoke tests in the browser."""
    from wasmforge.app.workspace import Settings
    from wasmforge.serve import Server, Site, listen
    from wasmforge.serve.state import SiteState

    settings = Settings(start=options.folder(directory), trust_project=trust_project)
    address = host if ":" not in host else f"[{host}]"
    with options.quiet_reporter(quiet=True) as emit:
        site = Site(
            lambda: SiteState(settings, target, emit, profile), hosts=["localhost", "127.0.0.1", "[::1]", address]
        )
    listening = listen(host, port)
    url = f"http://{address}:{listening.getsockname()[1]}/"
    with Server(site.app, listening) as server:
        typer.echo(f"Serving {target} at {url} (Ctrl-C ends)")
        sys.stdout.flush()
        if watch:
            _keep_building(settings, target, profile, site, quiet=quiet, verbose=verbose, color=color)
        server.wait()


def _keep_building(
    settings: "Settings",
    target: str,
    profile: str | None,
    site: "Site",
    *,
    quiet: bool,
    verbose: bool,
    color: options.Color,
) -> None:
    """Build until Ctrl-C; each time the open pages look again."""
    from wasmforge.cli.watch import keep_building
    from wasmforge.model.request import Request

    keep_building(
        settings,
        Request(targets=(target,), profile=profile),
        output=options.Output.TEXT,
        quiet=quiet,
        verbose=verbose,
        color=color,
        built=site.changed,
    )
