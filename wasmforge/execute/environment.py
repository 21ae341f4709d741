"""The fixed environment of every action: nothing of the caller's gets in."""

import os
from collections.abc import Mapping
from pathlib import Path

from wasmforge.plan.words import CWD

FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
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


def action_environment(directory: Path, *more: Mapping[str, str], network: bool = False) -> dict[str, str]:
    """What a command sees: the fixed variables, a home and a temporary folder of its own, and those declared."""
    own = directory / ".home"
    own.mkdir(exist_ok=True)
    env = {**FIXED, "HOME": str(own), "TMPDIR": str(own)}
    if network:
        env.update(fetching())
    for part in more:
        env.update(part)
    return {name: value.replace(CWD, str(directory)) for name, value in env.items()}


def fetching() -> dict[str, str]:
    """What the caller says of where packages come from."""
    return {name: os.environ[name] for name in FETCHING if name in os.environ}
