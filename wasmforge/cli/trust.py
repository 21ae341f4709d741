"""`wasmforge trust`: trust a project's own catalog files; and the question before a first build."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Option
from wasmforge.errors import Exit, usage_error

if TYPE_CHECKING:
    from wasmforge.app.trust import Trust
    from wasmforge.model.catalog import Catalog
    from wasmforge.report.output import Output

_HERE = Path()


def trust(
    yes: Annotated[bool, Option("--yes", "-y", help="Trust these files without asking.")] = False,
    revoke: Annotated[bool, Option("--revoke", help="Revoke the trust in this project's files.")] = False,
    everything: Annotated[bool, Option("--list", help="List what is trusted, of all projects.")] = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Trust this project's own recipes, toolchains and runtimes, as long as none of these files changes."""
    from wasmforge.app.catalog import catalog_and_trust
    from wasmforge.app.trust import remembered
    from wasmforge.app.trust import revoke as forget
    from wasmforge.report.views.trust import show_trusted

    if sum((yes, revoke, everything)) > 1:
        raise usage_error("--yes, --revoke and --list do not go together", hint="give one of them")
    out = options.open_output(color)
    if everything:
        show_trusted(remembered(), out)
        return
    catalog, found = catalog_and_trust(options.folder(directory), project_required=True)
    if revoke:
        typer.echo("not trusted any more" if forget(found.root, found.local) else "nothing of this project was trusted")
    elif found.local is None:
        typer.echo("this project brings no recipes, toolchains, targets or runtimes of its own: nothing to trust")
    else:
        _trust(found, catalog, out, yes=yes)


def ask_first(root: Path) -> bool:
    """On a terminal, whether what the project brings may be run; nobody is asked elsewhere, and the answer is no.

    What is trusted is remembered. Raises ForgeError when it cannot be.
    """
    from wasmforge.app.catalog import catalog_and_trust
    from wasmforge.app.trust import remember
    from wasmforge.report.output import make_output

    if not _somebody_there():
        return False
    catalog, found = catalog_and_trust(root)
    if found.local is None or found.problems or not _agreed(found, catalog, make_output(sys.stderr)):
        return False
    remember(root, found.local)
    return True


def _trust(found: "Trust", catalog: "Catalog", out: "Output", *, yes: bool) -> None:
    """Remember this content if somebody wants that. Raises ForgeError."""
    from wasmforge.app.trust import description, remember, where_remembered
    from wasmforge.errors import ForgeError
    from wasmforge.report.views.trust import show_local_files

    assert found.local is not None  # noqa: S101 - the caller has looked
    if found.problems:
        raise ForgeError(*found.problems, exit_code=Exit.MACHINE)
    if found.trusted:
        show_local_files(description(found, catalog), out)
        typer.echo("trusted already")
        return
    if yes:
        show_local_files(description(found, catalog), out)
    elif not _somebody_there():
        raise usage_error("cannot ask: there is no terminal", hint="read the files, then `wasmforge trust --yes`")
    elif not _agreed(found, catalog, out):
        raise typer.Exit(Exit.FAILED)
    remember(found.root, found.local)
    typer.echo(f"trusted as they are now; remembered in {where_remembered()}")


def _agreed(found: "Trust", catalog: "Catalog", out: "Output") -> bool:
    """Show the files, and ask."""
    from wasmforge.app.trust import description
    from wasmforge.report.style import line
    from wasmforge.report.views.trust import show_local_files

    out.print([line("This project brings files of its own that say what a build runs:"), line()])
    show_local_files(description(found, catalog), out)
    out.print([line()])
    out.write("Trust them as they are now? [y/N] ")
    out.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _somebody_there() -> bool:
    """Whether a person can be asked: at a terminal, and not in a CI, where some give one to every job."""
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return not in_ci and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
