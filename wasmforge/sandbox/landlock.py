"""Returns the launcher command line for a policy: Landlock and seccomp."""

import marshal
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from wasmforge.sandbox.bubblewrap import SAFE_VARIABLES
from wasmforge.sandbox.policy import ConfinedCommand, Policy
from wasmforge.sandbox.seccomp import ARCHITECTURES, filter_program
from wasmforge.sandbox.system import DEVICES, OWN, python, system

LAUNCHER = Path(__file__).parent / "launcher.py"

MIN_LANDLOCK_VERSION = 4
"""Least version of the Landlock ABI: the first that restricts TCP (Linux 6.7)."""

CREATE_RULESET = 444
"""The number of the system call landlock_create_ruleset, on every architecture."""

ASK_VERSION = 1
"""Flag of that call: return the ABI version."""

POLICY = "\0policy"
"""Placeholder of the descriptor with the policy."""


def in_landlock(argv: Sequence[str], env: Mapping[str, str], policy: Policy) -> ConfinedCommand:
    """The command started by the launcher, which reads the policy from a descriptor."""
    policy_data = {
        "writable": [*policy.writable],
        "readable": [*_real((*system(policy), *python(), *policy.readable))],
        "listed": [str(OWN.parent)],  # Python lists folders to find modules
        "devices": [*DEVICES],
        "processes": policy.browser,
        "bind": policy.network or policy.listens,
        "connect": None if policy.network else [p for p in (policy.connects,) if p is not None],
        "filter": filter_program(platform.machine(), policy, namespaces=False).hex(),
        "env": dict(env),
    }
    command = (sys.executable, "-IS", str(LAUNCHER), POLICY, *argv)
    launcher_env = {k: v for k, v in env.items() if k in SAFE_VARIABLES}
    return ConfinedCommand(argv=command, env=launcher_env, fd_contents={POLICY: marshal.dumps(policy_data)})


@lru_cache(maxsize=256)
def _real(readable: tuple[str, ...]) -> tuple[str, ...]:
    """The paths with all links resolved, each once; Landlock lets every link be followed."""
    return tuple(dict.fromkeys(os.path.realpath(p) for p in readable))


def landlock_version() -> int:
    """The Landlock ABI version of the kernel. Raises OSError with the reason if there is none."""
    if platform.machine() not in ARCHITECTURES:
        raise OSError(f"unknown numbers of system calls on {platform.machine()}")
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    version = int(library.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION))
    if version < 0:
        raise OSError(os.strerror(ctypes.get_errno()).lower())
    return version
