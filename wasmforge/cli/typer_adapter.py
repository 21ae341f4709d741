"""Gives typer the options that commands declare."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar, get_args, get_origin

import typer

from wasmforge.cli.params import Argument, Option

Command = TypeVar("Command", bound=Callable[..., Any])


class DeclaredTyper(typer.Typer):
    """Typer's tree of commands, for those whose options are declared as data."""

    def command(self, *words: Any, **more: Any) -> Callable[[Command], Command]:
        """As typer has it."""
        register = super().command(*words, **more)

        def declared(command: Command) -> Command:
            register(_typed(command))
            return command

        return declared


def _typed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same command with its options in typer's words."""

    @wraps(command)
    def message(**words: Any) -> Any:
        return command(**words)

    said = inspect.signature(command)
    parameters = [p.replace(annotation=_in_typers_words(p.annotation)) for p in said.parameters.values()]
    message.__signature__ = said.replace(parameters=parameters)  # type: ignore[attr-defined]
    return message


def _in_typers_words(annotation: Any) -> Any:
    if get_origin(annotation) is not Annotated:
        return annotation
    kind, *said = get_args(annotation)
    return Annotated[kind, *(_info(one) for one in said)]


def _info(said: object) -> object:
    match said:
        case Option():
            return typer.Option(*said.names, **said.more)
        case Argument():
            return typer.Argument(**said.more)
    return said
