"""`wasmforge schema`: JSON Schemas of our TOML files for editors, and tables of their keys for people."""

from enum import StrEnum
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument, Option


class Format(StrEnum):
    """How the keys are printed."""

    JSON = "json"
    MARKDOWN = "markdown"


def schema(
    kind: Annotated[
        str, Argument(metavar="[KIND]", help="forge (forge.toml), or a kind of catalog file such as recipe.")
    ] = "forge",
    form: Annotated[Format, Option("--format", help="A JSON Schema, or tables in Markdown.")] = Format.JSON,
) -> None:
    """Print the keys of forge.toml, or of one kind of catalog file."""
    from wasmforge.app import catalog
    from wasmforge.report.schema import json_schema, markdown_reference

    struct = catalog.schema(kind)
    out = options.open_output()
    out.write(markdown_reference(struct) if form is Format.MARKDOWN else json_schema(struct))
    out.flush()
