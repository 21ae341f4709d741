"""The `wasmforge` program: repeats the answer when nothing has changed, else runs the command line."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # the current folder, where modules of the project would come before all others

from wasmforge.cli.search_path import clean_search_path
from wasmforge.uptodate import try_replay


def main() -> None:
    """Run the command line of this process, and end it with the exit code."""
    clean_search_path(sys.argv[1:])
    try:
        if try_replay(sys.argv[1:]):
            os._exit(0)  # all is written; taking the interpreter down would cost as much again
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    from wasmforge.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
