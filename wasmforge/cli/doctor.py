"""`wasmforge doctor`: what this machine and this project lack, and the command that helps."""

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
    """Look at this machine and this project, and say what is missing and how to get it."""
    from wasmforge import look
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.doctor import show_doctor

    with options.quiet_reporter() as tell:
        checks = look.doctor(options.folder(directory), tell)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(checks, paper)
    else:
        show_doctor(checks, paper)
    raise typer.Exit(Exit.MACHINE if any(c.status == "wrong" for c in checks) else Exit.OK)
