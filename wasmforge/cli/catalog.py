"""`wasmforge recipe|toolchain|target`: look things up in the catalog."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Argument
from wasmforge.cli.typed import Commands

_HERE = Path()

recipe = Commands(help="Look at recipes: how each language is built.")
toolchain = Commands(help="Look at toolchains: where tools come from.")
target = Commands(help="Look at targets: what each kind of host permits.")

Name = Annotated[str, Argument(metavar="NAME")]


@recipe.command("list")
def recipe_list(color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _HERE) -> None:
    """List every recipe with its languages."""
    from wasmforge import look
    from wasmforge.report.views.recipe import show_recipes

    catalog = look.catalog(options.folder(directory))
    show_recipes(tuple(catalog.recipes.values()), options.paper(color))


@recipe.command("show")
def recipe_show(
    name: Name, color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _HERE
) -> None:
    """Show a recipe: its sources, options, features and steps."""
    from wasmforge import look
    from wasmforge.report.views.recipe import show_recipe

    found, where = look.recipe(options.folder(directory), name)
    show_recipe(found, where, options.paper(color))


@recipe.command("which")
def recipe_which(name: Name, directory: options.Directory = _HERE) -> None:
    """Show every file of that name in the order they are looked up; the first is in force."""
    from wasmforge import look

    for path in look.places(options.folder(directory), name):
        typer.echo(path)


@recipe.command("lint")
def recipe_lint(
    names: Annotated[list[str] | None, Argument(metavar="[NAME]...")] = None,
    directory: options.Directory = _HERE,
) -> None:
    """Prove recipes closed over all targets, profiles, features and options; without names, all of them."""
    from wasmforge import look

    linted = look.lint(options.folder(directory), tuple(names or ()))
    typer.echo(f"{', '.join(linted)}: no mistakes")


@toolchain.command("list")
def toolchain_list(
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """List every toolchain: what is wanted, what was found, where from, and which one it is."""
    from wasmforge import look
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.toolchain import show_toolchains

    with options.quiet_reporter() as tell:
        tried, wanted = look.toolchains(options.folder(directory), tell)
    if output is options.Output.JSON:
        show_json(tried, options.paper(color))
    else:
        show_toolchains(tried, wanted, options.paper(color))


@toolchain.command("show")
def toolchain_show(
    name: Name, color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _HERE
) -> None:
    """Show a toolchain: its origins in order, and what came of each on this machine."""
    from wasmforge import look
    from wasmforge.report.views.toolchain import show_toolchain

    with options.quiet_reporter() as tell:
        found, tried = look.toolchain(options.folder(directory), name, tell)
    show_toolchain(found, tried, options.paper(color))


@target.command("list")
def target_list(color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _HERE) -> None:
    """Show which target permits which WebAssembly feature."""
    from wasmforge import look
    from wasmforge.report.views.target import show_targets

    catalog = look.catalog(options.folder(directory))
    show_targets(tuple(catalog.targets.values()), options.paper(color))


@target.command("show")
def target_show(
    name: Name, color: options.ColorOption = options.Color.AUTO, directory: options.Directory = _HERE
) -> None:
    """Show a target's contract as a page."""
    from wasmforge import look
    from wasmforge.report.views.target import show_target

    show_target(look.target(options.folder(directory), name), options.paper(color))
