"""From a policy to a command line, and whose word goes above whose."""

import marshal
import os
import shutil
from pathlib import Path

import pytest

from wasmforge.errors import ForgeError
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.sandbox import UNCONFINED, Mode, Policy, Sandbox, asked_for, choose_sandbox, find_sandbox, readable
from wasmforge.sandbox.bubblewrap import in_bubblewrap
from wasmforge.sandbox.landlock import in_landlock
from wasmforge.sandbox.run import confined
from wasmforge.sandbox.system import steps

BUBBLEWRAP = Sandbox(kind="bubblewrap", words=("/usr/bin/bwrap", "--disable-userns"))


def pairs(argv: tuple[str, ...], word: str) -> list[tuple[str, str]]:
    """What follows a word, wherever it stands before the command."""
    own = argv[: argv.index("--")]
    return [(own[i + 1], own[i + 2]) for i, w in enumerate(own) if w == word]


def test_a_command_sees_the_system_and_its_folder_and_no_home(tmp_path: Path) -> None:
    place = str(tmp_path)
    policy = Policy(directory=place, writable=(place,))
    argv = in_bubblewrap(BUBBLEWRAP, ["sh", "-c", "{filter}"], {"PATH": "/bin"}, policy).argv
    assert argv[argv.index("--") + 1 :] == ("sh", "-c", "{filter}")
    assert pairs(argv, "--bind") == [(place, place)]
    shown = [source for source, _ in pairs(argv, "--ro-bind")]
    assert "/usr" in shown
    assert "--unshare-net" in argv and "--unshare-pid" in argv and "--die-with-parent" in argv
    assert not [p for p in shown if p in ("/", "/etc", "/proc", "/sys", "/run", "/var", "/root", "/home")]
    assert "/etc/resolv.conf" not in shown and "/etc/shadow" not in shown and "/etc/passwd" not in shown


def test_the_network_is_there_for_those_who_may_fetch() -> None:
    argv = in_bubblewrap(BUBBLEWRAP, ["sh"], {}, Policy(directory="/", network=True)).argv
    assert "--unshare-net" not in argv
    assert "--disable-userns" in argv


def test_a_browser_makes_namespaces_of_its_own() -> None:
    argv = in_bubblewrap(BUBBLEWRAP, ["chromium"], {}, Policy(directory="/", browser=True)).argv
    assert "--disable-userns" not in argv and "--unshare-net" in argv


@pytest.mark.parametrize("name", ["LD_PRELOAD", "LD_LIBRARY_PATH", "GLIBC_TUNABLES", "PYTHONPATH"])
def test_a_variable_that_loads_code_reaches_the_command_alone(name: str) -> None:
    env = {"PATH": "/bin", "HTTPS_PROXY": "http://user:secret@proxy", name: "/x/evil.so"}
    made = in_bubblewrap(BUBBLEWRAP, ["sh"], env, Policy(directory="/"))
    assert made.env == {"PATH": "/bin", "HTTPS_PROXY": "http://user:secret@proxy"}
    assert pairs(made.argv, "--setenv") == [(name, "/x/evil.so")]
    assert "secret" not in " ".join(made.argv)
    made = in_landlock(["sh"], env, Policy(directory="/"))
    assert name not in made.env
    (policy,) = (marshal.loads(data) for data in made.fd_contents.values())  # noqa: S302 - our own
    assert policy["env"] == env


def test_ports_as_landlock_is_told() -> None:
    def ports(policy: Policy) -> tuple[object, object]:
        (said,) = (marshal.loads(data) for data in in_landlock(["sh"], {}, policy).fd_contents.values())  # noqa: S302 - our own
        return said["bind"], said["connect"]

    assert ports(Policy(directory="/")) == (False, [])
    assert ports(Policy(directory="/", listens=True)) == (True, [])
    assert ports(Policy(directory="/", connects=8080)) == (False, [8080])
    assert ports(Policy(directory="/", network=True)) == (True, None)


def test_without_a_sandbox_a_command_is_as_it_was() -> None:
    made = confined(UNCONFINED, ["sh", Path("/x")], {"A": "b"}, Policy(directory="/"))
    assert (made.argv, made.env, made.fd_contents) == (("sh", "/x"), {"A": "b"}, {})


def test_links_on_the_way_to_a_path_are_made_again(tmp_path: Path) -> None:
    (tmp_path / "real/bin").mkdir(parents=True)
    (tmp_path / "real/bin/tool").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real/bin/other").symlink_to(tmp_path / "link/bin/tool")
    base = os.path.realpath(tmp_path)
    assert list(steps(f"{base}/link/bin/other")) == [
        (f"{base}/link", "real"),
        (f"{base}/real/bin/other", f"{tmp_path}/link/bin/tool"),
        (f"{base}/link", "real"),
        (f"{base}/real/bin/tool", ""),
    ]
    assert list(steps(f"{base}/nothing")) == []
    (tmp_path / "loop").symlink_to("loop")
    assert list(steps(f"{base}/loop")) == []


def toolchain(*contents: str, tool: str = "/usr/bin/tool") -> ResolvedToolchain:
    """A toolchain that consists of these."""
    return ResolvedToolchain(
        toolchain="t", origin="path", identity="t", location=tool, tools={"t": (tool,)}, contents=contents
    )


def test_a_toolchain_in_the_home_does_not_show_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CARGO_HOME", raising=False)
    cargo = tmp_path / ".cargo"
    (cargo / "bin").mkdir(parents=True)
    (cargo / "bin/tool").touch()
    (cargo / "credentials.toml").write_text("secret")
    shown = readable(toolchain(str(cargo), str(tmp_path), "/", str(tmp_path / "sdk"), tool=str(cargo / "bin/tool")))
    assert str(cargo / "bin") in shown and str(cargo / "bin/tool") in shown and str(tmp_path / "sdk") in shown
    assert not {str(cargo), str(tmp_path), "/"} & {*shown}


WORDS = [
    ("auto", None, "auto"),
    ("off", None, "off"),
    ("required", None, "required"),
    ("off", "required", "required"),
    ("auto", "required", "required"),
    ("off", "auto", "auto"),
    ("required", "auto", "required"),
    ("required", "off", "off"),
    ("auto", "off", "off"),
]


@pytest.mark.parametrize(("project", "asked", "mode"), WORDS)
def test_a_users_word_goes_above_the_projects(project: Mode, asked: str | None, mode: Mode) -> None:
    assert choose_sandbox(project, asked) == mode


def test_what_is_no_mode_is_refused() -> None:
    assert asked_for(None, {}) is None
    assert asked_for("off", {"WASMFORGE_SANDBOX": "required"}) == "off"
    assert asked_for(None, {"WASMFORGE_SANDBOX": "required"}) == "required"
    with pytest.raises(ForgeError, match="'maybe' is none of auto, required, off"):
        asked_for(None, {"WASMFORGE_SANDBOX": "maybe"})


def test_what_is_required_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("sys.platform", "darwin")
    assert find_sandbox("off") == UNCONFINED
    assert find_sandbox("auto").reasons == ("there is none for darwin",)
    with pytest.raises(ForgeError, match="none works on this machine") as refused:
        find_sandbox("required")
    assert refused.value.exit_code == 3
    assert "bubblewrap" in refused.value.problems[0].hint
