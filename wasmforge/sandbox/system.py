"""The system files that every program may read, and what Python needs; no home, no project, no secrets."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from wasmforge.sandbox.policy import Policy

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew"),
)
"""Programs and libraries that package managers install for all users."""

ETC = ("alternatives", "emscripten", "ld.so.cache", "localtime", "nsswitch.conf", "os-release", "ssl/openssl.cnf")
"""Entries of /etc that the dynamic linker and compilers read."""

ETC_NETWORK = ("gai.conf", "host.conf", "hosts", "resolv.conf", "services", "protocols")
"""Entries of /etc for finding other machines; only for commands with network."""

ETC_TLS = ("ca-certificates", "pki", "ssl/certs", "ssl/cert.pem")
"""Entries of /etc with trusted certificates: for commands with network, and for servers, some of which need them."""

BROWSER = ("/etc/chromium", "/etc/chromium.d", "/etc/fonts", "/var/cache/fontconfig")
"""Files that a browser's start script and its fonts need."""

OWN = Path(__file__).parent.parent
"""The folder of this package."""

MAX_LINKS = 40
"""Links that are followed for one path, as in Linux."""

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def system(policy: Policy) -> tuple[str, ...]:
    """The existing system paths that a command with this policy may read; links are not followed."""
    tls = ETC_TLS if policy.network or policy.listens or policy.browser else ()
    names = (*ETC, *(ETC_NETWORK if policy.network else ()), *tls)
    paths = (*SYSTEM, *(f"/etc/{name}" for name in names), *(BROWSER if policy.browser else ()))
    return tuple(p for p in paths if os.path.lexists(p))


@lru_cache(maxsize=1)
def python() -> tuple[str, ...]:
    """The folders of this interpreter that are not among the system's: its environment and what that is based on."""
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    packages = (p for p in sys.path if p.startswith("/") and p.endswith("-packages"))
    folders = dict.fromkeys((*prefixes, *packages, str(OWN)))
    return tuple(p for p in folders if not below(p, SYSTEM) and p != "/")


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of these folders or below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def steps(path: str) -> Iterator[tuple[str, str]]:
    """Every symbolic link on the way to a path with its target, and at last the real path with an empty target.

    Yields nothing for a path that does not exist or that we may not read.
    """
    todo, current, links_left = [p for p in path.split("/") if p], "", MAX_LINKS
    links: list[tuple[str, str]] = []
    while todo:
        name = todo.pop(0)
        if name == "..":
            current = current.rpartition("/")[0]
            continue
        current = f"{current}/{name}"
        try:
            target = os.readlink(current)  # noqa: PTH115 - a link that leads nowhere has a target as well
        except FileNotFoundError:
            return
        except OSError:  # not a link
            continue
        links_left -= 1
        if links_left < 0:
            return
        links.append((current, target))
        todo = [p for p in target.split("/") if p and p != "."] + todo
        current = "" if target.startswith("/") else current.rpartition("/")[0]
    if os.path.lexists(current or "/"):  # otherwise we may not read it
        yield from links
        yield current or "/", ""
