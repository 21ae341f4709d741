"""`wasmforge fetch`: bring the sources of others that components name into the cache."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument, Option

_HERE = Path()


def fetch(
    components: Annotated[
        list[str] | None, Argument(metavar="[COMPONENT]...", help="Only what these components fetch.")
    ] = None,
    files: Annotated[bool, Option("--files", help="List every file, as patterns of forge.toml see it.")] = False,
    locked: Annotated[bool, Option("--locked", help="Refuse what is not as forge.lock says.")] = False,
    offline: options.Offline = False,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Fetch the sources of others that components name, so that builds need no network; build nothing."""
    from wasmforge.app.fetch import fetch as use_case
    from wasmforge.app.workspace import Settings
    from wasmforge.report.views.fetch import show_fetched

    settings = Settings(start=options.folder(directory), offline=offline, locked=locked, trust_project=trust_project)
    with options.quiet_reporter(quiet=False) as emit:
        sources = use_case(settings, tuple(components or ()), emit)
    options.show(sources, lambda found, out: show_fetched(found, out, files=files), output, color)
