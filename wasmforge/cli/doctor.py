"""`wasmforge doctor`: what this machine and this project lack, and the commands that fix it."""

from pathlib import Path

import typer

from wasmforge.cli import options
from wasmforge.errors import Exit

_HERE = Path()


def doctor(
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Check this machine and this project; show what is missing and how to get it."""
    from wasmforge.app import doctor as use_case
    from wasmforge.cli.search_path import OPTION, left_out
    from wasmforge.model.doctor import Check
    from wasmforge.report.views.doctor import show_doctor

    with options.quiet_reporter() as emit:
        checks = use_case.doctor(options.folder(directory), emit)
    if left_out:
        message = f"{', '.join(left_out)} not searched: in this project's folder, so a stranger's programs may be there"
        checks = (*checks, Check(what="PATH", status="absent", detail=message, fix=f"build with {OPTION} to search it"))
    options.show(checks, show_doctor, output, color)
    raise typer.Exit(Exit.MACHINE if any(c.status == "wrong" for c in checks) else Exit.OK)
