"""Options and arguments of commands as data: typer takes longer to import than most builds take, and `wasmforge build`
is read without it where its words are plain. fast_parser.py reads a command line, or typer by typer_adapter.py.
"""

from typing import Any


class Option:
    """What a parameter is called on the command line, as in `Annotated[int, Option("--jobs", "-j")]`.

    `names` and `more` are what `typer.Option` takes; without names it is called like the parameter.
    """

    def __init__(self, *names: str, **more: Any) -> None:
        self.names = names
        self.more = more


class Argument:
    """A parameter that is given by its place. `more` is what `typer.Argument` takes."""

    def __init__(self, **more: Any) -> None:
        self.more = more
