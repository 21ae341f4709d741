"""`wasmforge clean`: delete dist and the state of a project."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Option

_HERE = Path()


def clean(
    store: Annotated[
        bool, Option("--store", help="Delete the cache as well: the store and scratch folders, which projects share.")
    ] = False,
    directory: options.Directory = _HERE,
) -> None:
    """Delete dist and the project's records of earlier builds."""
    from wasmforge.app import clean as use_case

    with options.quiet_reporter() as emit:
        gone = use_case.clean(options.folder(directory), emit, store=store)
    for path in gone:
        typer.echo(f"deleted {path}")
