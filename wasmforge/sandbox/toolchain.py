"""Returns the files that the tools of a toolchain must be able to read."""

import os
from functools import lru_cache

from wasmforge.model.toolchain import ResolvedToolchain

PRIVATE_FOLDERS = (".cargo", ".local", ".npm", ".config")
"""Folders of a home with programs and private files; only their `PROGRAM_FOLDERS` may be read."""

PROGRAM_FOLDERS = ("bin", "lib", "libexec", "share/uv", "share/pipx")
"""Subfolders with programs and libraries."""


def readable(toolchain: ResolvedToolchain) -> tuple[str, ...]:
    """The files and folders of a toolchain on this machine."""
    tools = (*toolchain.tools.values(), *toolchain.programs.values())
    words = tuple(word for words in tools for word in words if word.startswith("/"))
    return _readable((*toolchain.contents, *toolchain.links.values()), words)


@lru_cache(maxsize=256)
def _readable(contents: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
    home = os.path.expanduser("~")  # noqa: PTH111 - there may be none
    paths: dict[str, None] = {}
    for path in contents:
        if path == "/" or home == path or home.startswith(f"{path}/"):
            continue  # a single program there is among the words
        if any(path == f"{home}/{name}" for name in PRIVATE_FOLDERS) or path == os.environ.get("CARGO_HOME"):
            paths.update(dict.fromkeys(f"{path}/{name}" for name in PROGRAM_FOLDERS))
        else:
            paths[path] = None
    paths.update(dict.fromkeys(word for word in words if os.path.isfile(word)))  # noqa: PTH113 - one may not look
    if any(os.path.realpath(word).endswith("/rustup") for word in words):
        paths[rustup_home()] = None
    return tuple(paths)


def rustup_home() -> str:
    """The folder of the toolchains that rustup's proxies start."""
    return os.environ.get("RUSTUP_HOME") or os.path.expanduser("~/.rustup")  # noqa: PTH111 - there may be no home
