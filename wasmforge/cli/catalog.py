"""`wasmforge recipe|toolchain|target|runtime`: show the catalog with `list`, `show` and `which`."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Argument
from wasmforge.cli.typer_adapter import DeclaredTyper
from wasmforge.model.catalog_kinds import COMMANDS

_CWD = Path()

Name = Annotated[str, Argument(metavar="NAME")]


def toolchain_list(
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _CWD,
) -> None:
    """List every toolchain: the requested origin, what was found and where, and its identity."""
    from wasmforge.app import catalog
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.toolchain import show_toolchains

    with options.quiet_reporter() as emit:
        attempts, requested = catalog.toolchains(options.folder(directory), emit)
    if output is options.Output.JSON:
        show_json(attempts, options.open_output(color))
    else:
        show_toolchains(attempts, requested, options.open_output(color))


def toolchain_show(
    name: Name, color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _CWD
) -> None:
    """Show a toolchain: its origins in order, and the result of each on this machine."""
    from wasmforge.app import catalog
    from wasmforge.report.views.toolchain import show_toolchain

    with options.quiet_reporter() as emit:
        found, attempts = catalog.toolchain(options.folder(directory), name, emit)
    show_toolchain(found, attempts, options.open_output(color))


def recipe_lint(
    names: Annotated[list[str] | None, Argument(metavar="[NAME]...")] = None,
    directory: options.Directory = _CWD,
) -> None:
    """Prove that recipes are closed over all targets, profiles, features and options."""
    from wasmforge.app import catalog

    linted = catalog.lint(options.folder(directory), tuple(names or ()))
    typer.echo(f"{', '.join(linted)}: no mistakes")


def _group(command: str, about: str) -> DeclaredTyper:
    """The command that shows entries of the catalog, with `list`, `show` and `which`."""
    group = DeclaredTyper(help=f"Look at {command}s: {about}.")

    def show_list(color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _CWD) -> None:
        from wasmforge.app import catalog
        from wasmforge.report.views.catalog import LISTS

        LISTS[command](catalog.catalog(options.folder(directory)), options.open_output(color))

    def show(name: Name, color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _CWD) -> None:
        from wasmforge.app import catalog
        from wasmforge.report.views.catalog import PAGES

        kind, entry, paths = catalog.entry(options.folder(directory), command, name)
        PAGES[kind.name](entry, paths[0], options.open_output(color))

    def which(name: Name, directory: options.Directory = _CWD) -> None:
        from wasmforge.app import catalog

        for path in catalog.entry_paths(options.folder(directory), command, name):
            typer.echo(path)

    if command == "toolchain":  # both look for them on this machine
        group.command("list")(toolchain_list)
        group.command("show")(toolchain_show)
    else:
        group.command("list", help=f"List every {command}.")(show_list)
        group.command("show", help=f"Show all that a {command}'s file says.")(show)
    group.command("which", help="List every file of that name in the order of lookup; the first is used.")(which)
    return group


groups = {command: _group(command, about) for command, about in COMMANDS.items()}
"""The commands that show the catalog, by name."""

groups["recipe"].command("lint")(recipe_lint)
