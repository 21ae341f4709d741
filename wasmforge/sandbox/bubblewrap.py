"""Returns the bubblewrap command line for a policy: new namespaces with only the permitted files.

Mounts are made in the order of the options, later ones over earlier ones. Every file keeps its path of outside, so a
command has the same arguments, and writes the same bytes, with and without a sandbox.
"""

import os
import platform
from collections.abc import Mapping, Sequence
from functools import lru_cache

from wasmforge.sandbox.policy import ConfinedCommand, Policy, Sandbox
from wasmforge.sandbox.seccomp import filter_program
from wasmforge.sandbox.system import below, python, steps, system

NO_NESTING = "--disable-userns"
"""No user namespaces in the sandbox. Exists since bubblewrap 0.8, so `Sandbox.words` has it only where it works."""

FIXED_OPTIONS = (
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "wasmforge"),
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - inside the sandbox
)
"""The sandbox has its own processes, devices and /tmp, no terminal and no capabilities, and ends when we end."""

STATUS = "\0status"
"""Placeholder of the descriptor to which bubblewrap writes the process that ends last, maybe after bubblewrap."""

FILTER, PASSWD, GROUP = "\0filter", "\0passwd", "\0group"
"""Placeholders of the descriptors with the seccomp filter, the users and the groups. No other argument has a NUL."""

SAFE_VARIABLES = frozenset(
    (
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "SOURCE_DATE_EPOCH"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    )
)
"""Variables in the environment of bubblewrap itself; from others, the dynamic linker may load code. Other users of this
machine see the arguments of a process but not its environment, so values with passwords must not be arguments."""


def in_bubblewrap(sandbox: Sandbox, argv: Sequence[str], env: Mapping[str, str], policy: Policy) -> ConfinedCommand:
    """The command in its own namespaces."""
    options = [w for w in sandbox.words if not (policy.browser and w == NO_NESTING)]
    options += [*FIXED_OPTIONS, *(() if policy.network else ("--unshare-net",))]
    options += _read_only_mounts((*system(policy), *python(), *policy.readable))
    options += ["--ro-bind-data", PASSWD, "/etc/passwd", "--ro-bind-data", GROUP, "/etc/group"]
    for folder in policy.sockets:
        options += ("--ro-bind", folder, folder)
    for folder in policy.writable:
        options += ("--bind", folder, folder)
    for name in sorted(env.keys() - SAFE_VARIABLES):
        options += ("--setenv", name, env[name])
    options += [
        "--remount-ro",
        "/",
        "--seccomp",
        FILTER,
        "--json-status-fd",
        STATUS,
        "--chdir",
        policy.directory,
        "--",
        *argv,
    ]
    fd_contents = {
        FILTER: filter_program(platform.machine(), policy, namespaces=True),
        PASSWD: f"user:x:{os.getuid()}:{os.getgid()}::{policy.directory}:/bin/sh\n".encode(),
        GROUP: f"user:x:{os.getgid()}:\n".encode(),
    }
    return ConfinedCommand(
        argv=tuple(options),
        env={k: v for k, v in env.items() if k in SAFE_VARIABLES},
        fd_contents=fd_contents,
        exit_file=STATUS,
    )


@lru_cache(maxsize=256)
def _read_only_mounts(readable: tuple[str, ...]) -> tuple[str, ...]:
    """Options that show these paths read-only, with the symbolic links on the way to them."""
    options: list[str] = []
    links: dict[str, str] = {}
    folders: list[str] = []
    for path in readable:
        for step, target in steps(path):
            if below(step, folders) or step in links:
                continue
            if target:
                links[step] = target
                options += ("--symlink", target, step)
            else:
                folders.append(step)
                options += ("--ro-bind", step, step)
    return tuple(options)
