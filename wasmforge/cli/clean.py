"""`wasmforge clean`: delete what can be made again."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Option

_HERE = Path()


def clean(
    store: Annotated[bool, Option("--store", help="Also the store and scratch folders, which projects share.")] = False,
    directory: options.Directory = _HERE,
) -> None:
    """Delete dist and what the project remembers of earlier builds."""
    from wasmforge import look

    with options.quiet_reporter() as tell:
        gone = look.clean(options.folder(directory), tell, store=store)
    for path in gone:
        typer.echo(f"deleted {path}")
