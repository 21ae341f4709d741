"""Returns the proxies, certificates and registry settings of the caller, for a command with network in a container.

None of this is in any key, and only steps with `network = true` get it.
"""

import os
import ssl
from pathlib import Path
from typing import NamedTuple

from wasmforge.toolchains.environment import fetch_variables

CACHE_MOUNT = "/cache"
"""Mount point of the volume that keeps downloaded packages between builds."""

CA_VARIABLES = ("SSL_CERT_FILE", "CARGO_HTTP_CAINFO", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file of certificates, in the order in which we read the caller's."""

REGISTRY_VARIABLES = frozenset(
    {*CA_VARIABLES, "CARGO_HOME", "HOME", "NPM_CONFIG_USERCONFIG", "RUSTUP_HOME", "SSL_CERT_DIR"}
)
"""Variables of the caller that name a path on its own disk."""

LOOPBACK_PREFIXES = ("localhost", "127.", "[::1]")


class NetworkConfig(NamedTuple):
    """The network's name, variables, files by path below the work directory, and folders of the cache volume."""

    network: str
    env: dict[str, str]
    files: dict[str, bytes | None]
    folders: dict[str, bytes | None]


def network_config(workdir: str) -> NetworkConfig:
    """Read it from the environment and the home of the caller; `workdir` is the folder that the files will be in."""
    env = {name: value for name, value in fetch_variables().items() if name not in REGISTRY_VARIABLES}
    files: dict[str, bytes | None] = {}
    if bundle := _bundle():
        files["certificates.pem"] = bundle
        env.update(dict.fromkeys(CA_VARIABLES, f"{workdir}/certificates.pem"))
    if (npmrc := _read(Path(os.environ.get("NPM_CONFIG_USERCONFIG") or Path.home() / ".npmrc"))) is not None:
        files["npmrc"] = npmrc
        env["npm_config_userconfig"] = f"{workdir}/npmrc"
    cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    if (config := _read(cargo / "config.toml")) is not None:
        files[".cargo"] = None
        files[".cargo/config.toml"] = config  # cargo looks above the folder it works in
    env.update(CARGO_HOME=f"{CACHE_MOUNT}/cargo", npm_config_cache=f"{CACHE_MOUNT}/npm")
    proxies = [value for name, value in env.items() if name.lower().endswith("s_proxy") or name.lower() == "http_proxy"]
    local = any(word in proxy for proxy in proxies for word in LOOPBACK_PREFIXES)
    folders: dict[str, bytes | None] = {"cargo": None, "npm": None}
    return NetworkConfig("host" if local else "default", env, files, folders)


def _bundle() -> bytes | None:
    """The certificates that the caller trusts: those that a variable names, or else the system's."""
    named = [os.environ[name] for name in CA_VARIABLES if os.environ.get(name)]
    system = ssl.get_default_verify_paths().cafile
    bundles = (_read(Path(path)) for path in (*named, system, "/etc/ssl/certs/ca-certificates.crt") if path)
    return next((data for data in bundles if data), None)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
