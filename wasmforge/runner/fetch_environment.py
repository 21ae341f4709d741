"""The environment of a command that may fetch: registries, proxies and certificates of the caller.

Of the caller's home, the command gets only what names registries: the configurations of cargo and npm. Each command
has its own folder for downloads, so that it never finds what another command left there.
"""

import os
import shutil
from pathlib import Path

from wasmforge.runner.network_passthrough import CA_VARIABLES, REGISTRY_VARIABLES
from wasmforge.sandbox import rustup_home
from wasmforge.store.cache_dirs import make_folder
from wasmforge.toolchains.environment import fetch_variables

CARGO_CONFIG_FILES = ("config.toml", "config")

CERTIFICATE_VARIABLES = (*CA_VARIABLES, "SSL_CERT_DIR")


def prepare_fetching(own: Path, downloads: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Environment variables for a command, and the paths on this machine that it must be able to read for them.

    `own` is the command's home, `downloads` its folder for downloads.
    """
    env = {name: value for name, value in fetch_variables().items() if name not in REGISTRY_VARIABLES}
    named = {name: os.environ[name] for name in CERTIFICATE_VARIABLES if os.environ.get(name)}
    env.update(named)
    env.update(
        CARGO_HOME=str(make_folder(downloads / "cargo")),
        npm_config_cache=str(make_folder(downloads / "npm")),
        RUSTUP_HOME=rustup_home(),
    )
    home = Path(os.environ.get("HOME") or "/nonexistent")
    cargo = Path(os.environ.get("CARGO_HOME") or home / ".cargo")
    for name in CARGO_CONFIG_FILES:  # cargo looks above the folder it works in, and last in its own home
        if (cargo / name).is_file() and not (own.parent / ".cargo").exists():
            make_folder(own.parent / ".cargo")
            shutil.copyfile(cargo / name, own.parent / ".cargo" / name)
    npmrc = Path(os.environ.get("NPM_CONFIG_USERCONFIG") or home / ".npmrc")
    if npmrc.is_file():
        shutil.copyfile(npmrc, own / ".npmrc")
    return env, tuple(named.values())
