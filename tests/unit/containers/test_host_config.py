"""What is read of a host's own configuration, and what of that reaches an image."""

from pathlib import Path

import pytest

from wasmforge.containers import host_config as room
from wasmforge.containers.host_config import CERTIFICATES, HostConfig, codename, host_config, overlay

DEB822 = """# a comment
Types: deb
URIs: http://mirror.invalid/security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://mirror.invalid/debian http://other.invalid/debian
Suites: bookworm bookworm-updates
Components: main contrib
"""

ONE_LINE = """deb [arch=amd64 signed-by=/x] http://cloud.invalid/apt cloud-sdk main
# deb http://old.invalid/debian bookworm main
deb [trusted=yes] http://line.invalid/debian bookworm main # here
"""

DUMP = """Acquire::Check-Valid-Until "false";
Acquire::http::Proxy "http://proxy.invalid:3128";
Acquire::https::Proxy "DIRECT";
Acquire::https::CAInfo "/home/me/ca.pem";
Acquire::Languages "none";
Acquire::Retries "3";
Dir "/";
"""


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /etc of one's own: Debian 12, and an apt that says nothing."""
    (tmp_path / "apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    monkeypatch.setattr(room, "ETC", tmp_path)
    monkeypatch.setattr(room, "_apt", lambda: "")
    for name in ("SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_mirror_in_either_form(etc: Path) -> None:
    assert host_config().mirror == ""
    (etc / "apt/sources.list.d/debian.sources").write_text(DEB822)
    assert host_config().mirror == "http://mirror.invalid/debian"
    (etc / "apt/sources.list").write_text(ONE_LINE)
    assert host_config().mirror == "http://line.invalid/debian"
    assert host_config("http://said.invalid").mirror == "http://said.invalid"


def test_other_systems_have_no_mirror_of_debian(etc: Path) -> None:
    (etc / "apt/sources.list").write_text(ONE_LINE)
    (etc / "os-release").write_text("ID=ubuntu\nVERSION_CODENAME=bookworm\n")
    assert host_config().mirror == ""


def test_options_and_proxies(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del etc
    monkeypatch.setattr(room, "_apt", lambda: DUMP)
    monkeypatch.setenv("no_proxy", "localhost")
    found = host_config()
    assert found.options == ('Acquire::Check-Valid-Until "false"', 'Acquire::Retries "3"')
    assert found.proxies == {"http_proxy": "http://proxy.invalid:3128", "no_proxy": "localhost"}


def test_certificates_are_those_said_or_those_of_the_system(etc: Path, tmp_path: Path) -> None:
    assert host_config().certificates == b""
    (etc / "ssl/certs").mkdir(parents=True)
    (etc / "ssl/certs/ca-certificates.crt").write_bytes(b"system")
    assert host_config().certificates == b"system"
    (tmp_path / "mine.pem").write_bytes(b"mine")
    assert host_config(bundle=tmp_path / "mine.pem").certificates == b"mine"


def test_cargos_settings_are_handed_on_beside_an_image_never_into_it(
    etc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del etc
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    assert host_config().cargo == b""
    (tmp_path / "config.toml").write_bytes(b"[source]\n")
    assert host_config().cargo == b"[source]\n"
    assert overlay(HostConfig(cargo=b"[source]\n"), "forky") == {}


def test_nothing_known_changes_nothing() -> None:
    assert overlay(HostConfig(), "forky") == {}


def test_what_is_laid_over_an_image() -> None:
    known = HostConfig(mirror="http://m.invalid", options=('Acquire::Retries "3"',), certificates=b"pem")
    files = overlay(known, "forky")
    assert files["etc/apt/apt.conf.d/99host"].decode() == (
        f'Acquire::Retries "3";\nAcquire::https::CAInfo "{CERTIFICATES}";\n'
    )
    assert b"URIs: http://m.invalid\nSuites: forky\n" in files["etc/apt/sources.list.d/debian.sources"]
    assert files[CERTIFICATES.lstrip("/")] == b"pem"
    assert "etc/apt/sources.list.d/debian.sources" not in overlay(known, "")


def test_proxies_are_never_written_into_an_image() -> None:
    files = overlay(HostConfig(mirror="http://m.invalid", proxies={"http_proxy": "http://me:secret@p"}), "forky")
    assert not any(b"secret" in data for data in files.values())


@pytest.mark.parametrize(
    ("text", "suite"), [("VERSION_CODENAME=forky\n", "forky"), ('A=1\nVERSION_CODENAME="x"', "x"), ("ID=debian", "")]
)
def test_codename(text: str, suite: str) -> None:
    assert codename(text) == suite
