"""The mouth: one command a file. Turns every end of a command into an exit code."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The `wasmforge` program."""
    from wasmforge.cli.run import run

    sys.exit(run(sys.argv[1:]))
