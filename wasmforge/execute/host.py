"""What this machine knows of package mirrors and certificates, for images that are built on it.

Behind a proxy, an internal mirror or a frozen archive the packages of an image can only come from where the host's own
come from. None of it is known to us: it is read from the host's configuration, or said on the command line.
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
"""Options of apt that hold for any Debian and name nothing of this host's disk; proxies are passed as variables."""

PROXY = re.compile(r'^Acquire::(https?)::Proxy "([^"]+)";$', re.MULTILINE)

CERTIFICATES = "/etc/ssl/host-certificates.pem"


class Host(NamedTuple):
    """The mirror of the Debian archive, apt's options, proxies by variable, certificates in PEM, cargo's settings."""

    mirror: str = ""
    options: tuple[str, ...] = ()
    proxies: dict[str, str] = {}  # noqa: RUF012 - never changed
    certificates: bytes = b""
    cargo: bytes = b""


def host(mirror: str | None = None, bundle: Path | None = None) -> Host:
    """Read it; what is said wins. Nothing is known of a host that is not Debian."""
    said = _apt()
    proxies = {f"{scheme}_proxy": address for scheme, address in PROXY.findall(said) if address != "DIRECT"}
    named = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    proxies.update({name: os.environ[name] for name in named if os.environ.get(name)})
    path = bundle or Path(os.environ.get("SSL_CERT_FILE") or ETC / "ssl/certs/ca-certificates.crt")
    return Host(
        mirror=mirror if mirror is not None else next(_mirrors(), ""),
        options=tuple(OPTIONS.findall(said)),
        proxies=proxies,
        certificates=path.read_bytes() if bundle or path.is_file() else b"",
        cargo=_text(Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "config.toml").encode(),
    )


def overlay(known: Host, suite: str) -> dict[str, bytes]:
    """The files that make a Debian image use the host's mirror and certificates, by path from its root."""
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
    """What apt of this host is configured to do; empty where there is no apt."""
    try:
        done = process.run(["apt-config", "dump"], env={"PATH": os.environ.get("PATH", "")}, timeout=20)
    except OSError:
        return ""
    return done.text if done.ok else ""


def _mirrors() -> Iterator[str]:
    """Where this host gets the main archive of Debian from."""
    release = _facts(ETC / "os-release")
    suite = release.get("VERSION_CODENAME", "")
    if release.get("ID") != "debian" or not suite:
        return
    folder = ETC / "apt/sources.list.d"
    for path in (ETC / "apt/sources.list", *sorted(folder.glob("*.list"))):
        for line in _text(path).splitlines():
            words = re.sub(r"\[[^]]*\]", "", line.partition("#")[0]).split()
            if len(words) > 3 and words[0] == "deb" and words[2] == suite and "main" in words[3:]:
                yield words[1]
    for path in sorted(folder.glob("*.sources")):
        for paragraph in re.split(r"\n\s*\n", _text(path)):
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", paragraph, re.MULTILINE))
            if suite in fields.get("Suites", "").split() and "main" in fields.get("Components", "").split():
                yield from fields.get("URIs", "").split()[:1]


def _facts(path: Path) -> dict[str, str]:
    return {k: v.strip('"') for k, _, v in (line.partition("=") for line in _text(path).splitlines())}


def codename(release: str) -> str:
    """The suite that the text of an os-release file names; empty when it names none."""
    found = re.search(r'^VERSION_CODENAME="?([\w-]+)"?$', release, re.MULTILINE)
    return found[1] if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
