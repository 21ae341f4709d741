"""The fixed environment of every action, without anything of the caller."""

import os
import re
import shlex
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from wasmforge.plan.recipes.template import CWD

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where the system's own programs are looked for, whatever the caller's PATH says."""

FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PATH": SYSTEM_PATH,
    "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01, the earliest time a zip file can hold
    "TZ": "UTC",
}


FETCHING = (
    *("CARGO_HOME", "CARGO_HTTP_CAINFO", "CURL_CA_BUNDLE", "HOME", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"),
    *("NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG", "RUSTUP_HOME", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    *("npm_config_registry", "RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)
"""The caller's variables that a command with the network sees: where packages come from, proxies, certificates."""


NPM = ("NPM_CONFIG_CACHE", "npm_config_cache", "npm_config_userconfig")


def action_environment(
    directory: Path, programs: Mapping[str, tuple[str, ...]], *more: Mapping[str, str], network: bool = False
) -> dict[str, str]:
    """What a command sees: the fixed variables, a home and a temporary folder of its own, and those declared.

    PATH is a folder that holds `programs` alone, by name. One that fetches sees the system's too: what it brings is
    checked against a lock file, and how (by git, ssh, a program that knows a password) is the caller's matter.
    """
    own = directory / ".home"
    own.mkdir(exist_ok=True)
    path = search_path(own / "bin", programs)
    env = {**FIXED, "HOME": str(own), "TMPDIR": str(own), "PATH": path}
    if network:
        env["PATH"] = f"{path}:{SYSTEM_PATH}"
    for part in more:
        env.update(part)
    return {name: value.replace(CWD, str(directory)) for name, value in env.items()}


def npm_environment() -> dict[str, str]:
    """What npm sees when it installs packages: where they come from, and the variables that its settings name."""
    env = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", *NPM) if name in os.environ}
    settings = Path(os.environ.get("NPM_CONFIG_USERCONFIG") or Path.home() / ".npmrc")
    try:
        named = re.findall(r"\$\{(\w+)\??\}", settings.read_text("utf-8", "replace"))
    except OSError:
        named = []
    env.update({name: os.environ[name] for name in named if name in os.environ})
    return {**env, **fetch_variables()}


def search_path(folder: Path, programs: Mapping[str, tuple[str, ...]]) -> str:
    """Fill a folder with programs by their names, and return it as PATH has it.

    A script or one that is started with more words gets a script of its own: a script may ask by which path it was
    started, to find what belongs to it.
    """
    folder.mkdir(exist_ok=True)
    for name, words in programs.items():
        if "/" in name:
            continue
        place = folder / name
        if len(words) == 1 and not _is_script(words[0]):
            place.symlink_to(words[0])
        else:
            place.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
            place.chmod(0o755)
    return str(folder)


@lru_cache(maxsize=1024)
def _is_script(program: str) -> bool:
    try:
        with Path(program).open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def fetch_variables() -> dict[str, str]:
    """What the caller says of where packages come from."""
    return {name: os.environ[name] for name in FETCHING if name in os.environ}
