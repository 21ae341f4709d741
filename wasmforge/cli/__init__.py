"""The mouth: one command a file. Turns every end of a command into an exit code."""

import os
import sys

from wasmforge.unchanged import answer


def main() -> None:
    """The `wasmforge` program: answered at once when nothing has changed, else by the whole of it."""
    try:
        if answer(sys.argv[1:]):
            os._exit(0)  # all is written; taking the interpreter down would cost as much again
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    from wasmforge.cli.run import run

    sys.exit(run(sys.argv[1:]))
