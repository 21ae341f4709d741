"""Reads this machine's package mirrors, proxies and certificates, for images that are built on it.

Behind a proxy, an internal mirror or a frozen archive, an image can get packages only from where the host gets its own.
So these are read from the host's configuration, or given on the command line.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wasmforge import process

ETC = Path("/etc")

OPTIONS = re.compile(
    r'^(Acquire::(?:Check-[\w-]+|Retries|https?::(?:Timeout|Pipeline-Depth|Verify-\w+)) "[^"]*");$', re.MULTILINE
)
"""Options of apt that are valid on any Debian and name no path of this host. Proxies are passed as variables."""

PROXY = re.compile(r'^Acquire::(https?)::Proxy "([^"]+)";$', re.MULTILINE)

CERTIFICATES = "/etc/ssl/host-certificates.pem"
"""Path of the host's certificates in an image."""

APT_TIMEOUT_S = 20.0
"""Seconds that `apt-config dump` may take."""


class HostConfig(NamedTuple):
    """The mirror of the Debian archive, apt's options, proxies by variable, certificates (PEM), cargo's config."""

    mirror: str = ""
    options: tuple[str, ...] = ()
    proxies: dict[str, str] = {}  # noqa: RUF012 - never changed
    certificates: bytes = b""
    cargo: bytes = b""


def host_config(mirror: str | None = None, bundle: Path | None = None) -> HostConfig:
    """Read the configuration of this host; arguments replace what is read. No mirror unless it is Debian."""
    apt_config = _apt()
    proxies = {f"{scheme}_proxy": address for scheme, address in PROXY.findall(apt_config) if address != "DIRECT"}
    named = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    proxies.update({name: os.environ[name] for name in named if os.environ.get(name)})
    path = bundle or Path(os.environ.get("SSL_CERT_FILE") or ETC / "ssl/certs/ca-certificates.crt")
    return HostConfig(
        mirror=mirror if mirror is not None else next(_mirrors(), ""),
        options=tuple(OPTIONS.findall(apt_config)),
        proxies=proxies,
        certificates=path.read_bytes() if bundle or path.is_file() else b"",
        cargo=_text(Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "config.toml").encode(),
    )


def overlay(known: HostConfig, suite: str) -> dict[str, bytes]:
    """The files that make a Debian image use the host's mirror and certificates, by path in the image."""
    options = [*known.options]
    files: dict[str, bytes] = {}
    if known.certificates:
        files[CERTIFICATES.lstrip("/")] = known.certificates
        options.append(f'Acquire::https::CAInfo "{CERTIFICATES}"')
    if options:
        files["etc/apt/apt.conf.d/99host"] = "".join(f"{option};\n" for option in options).encode()
    if known.mirror and suite:
        text = f"Types: deb\nURIs: {known.mirror}\nSuites: {suite}\nComponents: main\n"
        files["etc/apt/sources.list.d/debian.sources"] = text.encode()
        files["etc/apt/sources.list"] = b"# see sources.list.d\n"
    return files


def _apt() -> str:
    """The output of `apt-config dump`; empty if there is no apt."""
    try:
        done = process.run(["apt-config", "dump"], env={"PATH": os.environ.get("PATH", "")}, timeout=APT_TIMEOUT_S)
    except OSError:
        return ""
    return done.text if done.ok else ""


def _mirrors() -> Iterator[str]:
    """The mirrors from which this host gets the main archive of Debian."""
    release = _facts(ETC / "os-release")
    suite = release.get("VERSION_CODENAME", "")
    if release.get("ID") != "debian" or not suite:
        return
    folder = ETC / "apt/sources.list.d"
    for path in (ETC / "apt/sources.list", *sorted(folder.glob("*.list"))):
        for line in _text(path).splitlines():
            fields = re.sub(r"\[[^]]*\]", "", line.partition("#")[0]).split()
            if len(fields) > 3 and fields[0] == "deb" and fields[2] == suite and "main" in fields[3:]:
                yield fields[1]
    for path in sorted(folder.glob("*.sources")):
        for paragraph in re.split(r"\n\s*\n", _text(path)):
            paragraph_fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", paragraph, re.MULTILINE))
            if (
                suite in paragraph_fields.get("Suites", "").split()
                and "main" in paragraph_fields.get("Components", "").split()
            ):
                yield from paragraph_fields.get("URIs", "").split()[:1]


def _facts(path: Path) -> dict[str, str]:
    return {k: v.strip('"') for k, _, v in (line.partition("=") for line in _text(path).splitlines())}


def codename(release: str) -> str:
    """The release name in the text of an os-release file; empty if it has none."""
    match = re.search(r'^VERSION_CODENAME="?([\w-]+)"?$', release, re.MULTILINE)
    return match[1] if match else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
