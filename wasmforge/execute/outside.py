"""What a command with the network needs inside a container to reach what its caller reaches: proxies, certificates.

Knows no engine. Nothing of this is in any key, and only steps that say `network = true` see it.
"""

import os
import ssl
from pathlib import Path
from typing import NamedTuple

from wasmforge.execute.environment import fetching

CACHE = "/cache"
"""Where the volume is mounted that keeps downloaded packages between builds."""

BUNDLES = ("SSL_CERT_FILE", "CARGO_HTTP_CAINFO", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file of certificates, in the order in which the caller's are asked."""

PLACES = frozenset({*BUNDLES, "CARGO_HOME", "HOME", "NPM_CONFIG_USERCONFIG", "RUSTUP_HOME", "SSL_CERT_DIR"})
"""Variables of the caller that name a place on its own disk."""

LOCAL = ("localhost", "127.", "[::1]")


class Outside(NamedTuple):
    """The network's name, variables, files by path below the room, and folders of the cache volume to be made."""

    network: str
    env: dict[str, str]
    files: dict[str, bytes | None]
    folders: dict[str, bytes | None]


def outside(room: str) -> Outside:
    """Gather it from the environment and the home of the caller; `room` is where the files will lie."""
    env = {name: value for name, value in fetching().items() if name not in PLACES}
    files: dict[str, bytes | None] = {}
    if bundle := _bundle():
        files["certificates.pem"] = bundle
        env.update(dict.fromkeys(BUNDLES, f"{room}/certificates.pem"))
    if (npmrc := _read(Path(os.environ.get("NPM_CONFIG_USERCONFIG") or Path.home() / ".npmrc"))) is not None:
        files["npmrc"] = npmrc
        env["npm_config_userconfig"] = f"{room}/npmrc"
    cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    if (config := _read(cargo / "config.toml")) is not None:
        files[".cargo"] = None
        files[".cargo/config.toml"] = config  # cargo looks above the folder it works in
    env.update(CARGO_HOME=f"{CACHE}/cargo", npm_config_cache=f"{CACHE}/npm")
    proxies = [value for name, value in env.items() if name.lower().endswith("s_proxy") or name.lower() == "http_proxy"]
    local = any(word in proxy for proxy in proxies for word in LOCAL)
    folders: dict[str, bytes | None] = {"cargo": None, "npm": None}
    return Outside("host" if local else "default", env, files, folders)


def _bundle() -> bytes | None:
    """The certificates the caller trusts: those a variable names, else the system's."""
    named = [os.environ[name] for name in BUNDLES if os.environ.get(name)]
    system = ssl.get_default_verify_paths().cafile
    found = (_read(Path(path)) for path in (*named, system, "/etc/ssl/certs/ca-certificates.crt") if path)
    return next((data for data in found if data), None)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
