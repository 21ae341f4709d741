"""`wasmforge run`: runs a delivered program at the terminal."""

import os
from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument, Option
from wasmforge.errors import usage_error

_HERE = Path()


def run(
    component: Annotated[str, Argument(metavar="COMPONENT[@TARGET]", help="The component to run.")],
    args: Annotated[list[str] | None, Argument(metavar="-- ARGS", help="Arguments of the program.")] = None,
    target: Annotated[
        str | None, Option("--target", "-t", metavar="TARGET", help="Which target's build to run.")
    ] = None,
    profile: options.Profile = None,
    runtime: Annotated[str | None, Option("--runtime", "-r", metavar="NAME", help="The runtime to run it in.")] = None,
    folders: Annotated[
        list[str] | None,
        Option("--dir", metavar="HERE[::THERE]", help="Let the program use a folder, as THERE. May be repeated."),
    ] = None,
    env: Annotated[
        list[str] | None, Option("--env", metavar="NAME=VALUE", help="An environment variable. May be repeated.")
    ] = None,
    trust_project: options.TrustProject = False,
    directory: options.Directory = _HERE,
) -> None:
    """Run a program that was built, with this terminal's input and output; its exit code is ours."""
    from wasmforge.app.run import command_for
    from wasmforge.app.workspace import Settings

    settings = Settings(start=options.folder(directory), trust_project=trust_project)
    with options.quiet_reporter(quiet=True) as emit:
        seen = _variables(env or []), _folders(folders or [])
        words = command_for(settings, component, target, profile, runtime, args or (), *seen, emit)
    os.execvp(words[0], words)  # noqa: S606 - its streams, its signals and its end are to be those of this command


def _variables(said: list[str]) -> dict[str, str]:
    for word in said:
        if "=" not in word:
            raise usage_error("a variable is written NAME=VALUE", where=f"--env {word}")
    return dict(word.split("=", 1) for word in said)


def _folders(said: list[str]) -> list[tuple[str, str]]:
    """Pairs of a path here and one there; the same name there, if none is said."""
    pairs = []
    for word in said:
        here, _, inside = word.partition("::")
        if not Path(here).is_dir():
            raise usage_error("no such folder", where=f"--dir {word}")
        pairs.append((str(Path(here).resolve()), inside or here))
    return pairs
