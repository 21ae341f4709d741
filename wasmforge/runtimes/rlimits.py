"""The kernel's limits for a process that runs a module, behind those of the runtime itself.

Run as a script it sets them, takes its standard streams from files, and becomes another program:
`rlimits.py CPU DATA FILE STDIN STDOUT STDERR PROGRAM WORD…`. Files, because Node.js makes pipes non-blocking, and a
module that prints fast would then lose output. It imports only the standard library, and nothing of wasmforge, so
that it can be started in isolation.
"""

import os
import resource
import signal
import sys


def apply_rlimits(cpu: int, data: int, file: int) -> None:
    """Bound processor time (seconds), writable private memory and the size of any file written (bytes); no cores."""
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, file),
    ):
        _, hard = resource.getrlimit(kind)
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (least, least))


def main(argv: list[str]) -> None:
    """Set the limits and become the program."""
    cpu, data, file = (int(word) for word in argv[:3])
    streams, program = argv[3:6], argv[6:]
    apply_rlimits(cpu, data, file)
    for ignored in (signal.SIGXFSZ, signal.SIGPIPE):  # Python ignores them, and so would the program
        signal.signal(ignored, signal.SIG_DFL)
    try:
        for number, path in enumerate(streams):
            os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND), number)
        os.execvp(program[0], program)  # noqa: S606 - becomes a program that a plan named, through no shell
    except OSError as e:
        sys.exit(f"error: cannot start {program[0]}: {e.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
