"""What a step with the network is given in a container, and what it is not."""

from pathlib import Path

import pytest

from wasmforge.app.verify import KEPT_HOME_VARS
from wasmforge.runner.network_passthrough import CA_VARIABLES, network_config
from wasmforge.toolchains.environment import FETCHING


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in FETCHING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_places_of_the_caller_mean_nothing_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", "/etc/mine")
    monkeypatch.setenv("RUSTUP_HOME", str(tmp_path / ".rustup"))
    env = network_config("/room").env
    assert str(tmp_path) not in "".join(env.values())
    assert "SSL_CERT_DIR" not in env
    assert not {"HOME", "RUSTUP_HOME"} & set(env)
    assert env["CARGO_HOME"] == "/cache/cargo"


def test_where_fetching_is_configured_is_known_without_a_home() -> None:
    assert {"CARGO_HOME", "NPM_CONFIG_USERCONFIG", "RUSTUP_HOME"} <= set(KEPT_HOME_VARS) & set(FETCHING)


def test_certificates_come_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(b"trust me")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(tmp_path / "ca.pem"))
    found = network_config("/room")
    assert found.files["certificates.pem"] == b"trust me"
    assert {found.env[name] for name in CA_VARIABLES} == {"/room/certificates.pem"}


def test_configuration_of_registries_comes_along_and_credentials_do_not(tmp_path: Path) -> None:
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo/config.toml").write_bytes(b"[source]")
    (tmp_path / ".cargo/credentials.toml").write_bytes(b"token")
    (tmp_path / ".npmrc").write_bytes(b"registry=x")
    found = network_config("/room")
    assert found.files[".cargo/config.toml"] == b"[source]"
    assert found.files["npmrc"] == b"registry=x"
    assert found.env["npm_config_userconfig"] == "/room/npmrc"
    assert b"token" not in [*found.files.values(), *found.folders.values()]


@pytest.mark.parametrize(
    ("proxy", "network"),
    [
        ("", "default"),
        ("http://proxy.invalid:3128", "default"),
        ("http://localhost:3128", "host"),
        ("http://me:x@127.0.0.1:3128", "host"),
    ],
)
def test_a_proxy_on_this_machine_needs_its_network(monkeypatch: pytest.MonkeyPatch, proxy: str, network: str) -> None:
    if proxy:
        monkeypatch.setenv("https_proxy", proxy)
    found = network_config("/room")
    assert found.network == network
    assert found.env.get("https_proxy", "") == proxy


def test_no_proxy_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    assert network_config("/room").network == "default"
