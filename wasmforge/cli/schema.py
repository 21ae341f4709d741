"""`wasmforge schema`: JSON Schemas, so that editors complete our TOML files."""

from enum import StrEnum
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.declare import Argument


class File(StrEnum):
    """Our kinds of TOML file."""

    FORGE = "forge"
    RECIPE = "recipe"
    TOOLCHAIN = "toolchain"
    TARGET = "target"


def schema(file: Annotated[File, Argument(help="Which kind of file.")] = File.FORGE) -> None:
    """Print the JSON Schema of forge.toml, or of a recipe, toolchain or target file."""
    from wasmforge import look
    from wasmforge.report.json_lines import show_json

    show_json(look.schema(file.value), options.paper())
