"""Actions in containers: what they see, what comes out, and what is left behind, which is nothing."""

import os
import re
import signal
import time
from typing import Any

import pytest

from tests.e2e.boxes import BASE, boxed, engine
from tests.e2e.boxes import TOOLCHAIN as BOXED
from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.e2e.toy import GOOD, MODULE, TOOLCHAIN, refused, toys
from tests.space import Ended, Space
from wasmforge.execute.engine import Engine
from wasmforge.execute.sandbox import OWNER, Order, sandbox, sweep_containers

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]


@pytest.fixture(name="docker")
def _docker() -> Engine:
    return engine()


def left(docker: Engine, pid: int | None = None) -> list[dict[str, Any]]:
    """The containers of ours that are there, or those of one process."""
    found: list[dict[str, Any]] = docker.api.containers(all=True, filters={"label": OWNER})
    return [c for c in found if pid is None or c["Labels"][OWNER].endswith(f":{pid}")]


def volumes(docker: Engine, pid: int) -> list[str]:
    """The rooms that a process of ours has left."""
    found = docker.api.volumes(filters={"label": OWNER})["Volumes"] or ()
    return [v["Name"] for v in found if v["Labels"][OWNER].endswith(f":{pid}")]


def test_the_same_bytes_and_nothing_left(space: Space, docker: Engine) -> None:
    script = f"mkdir x; cat data.txt > x/y; test -s x/y && {GOOD}; chmod 755 $1"
    toys(space, {"toy": script})
    space.write({"toolchains/shell.toml": TOOLCHAIN, "toy/data.txt": "x"})
    space.build()
    own = space.dist()["wasi/toy/toy.wasm"]
    boxed(space, {"toy": script})
    build = start(space, "build", "-o", "json")
    said, _ = build.communicate(timeout=PATIENCE)
    assert Ended(exit=build.returncode, said=said).ran() == ["toy@wasi/release:build"]
    assert space.dist()["wasi/toy/toy.wasm"] == own == MODULE
    assert (space.root / "dist/wasi/toy/toy.wasm").stat().st_uid == os.getuid()
    assert space.build().ran() == []
    assert left(docker, build.pid) == []
    assert volumes(docker, build.pid) == []
    assert list((space.cache / "work").iterdir()) == []


SEES = r"""
test "$(id -u)" != 0 || { echo is root; exit 1; }
test "$(ls /sys/class/net)" = lo || { echo has a network; exit 1; }
grep -q 'CapBnd:.0000000000000000' /proc/self/status || { echo has capabilities; exit 1; }
grep -q 'NoNewPrivs:.1' /proc/self/status || { echo may get privileges; exit 1; }
! (echo x > /etc/x) 2>/dev/null || { echo can write; exit 1; }
test "$PWD" = /forge/work -a "$HOME" = /forge/work/.home || { echo is in $PWD; exit 1; }
test "$SOURCE_DATE_EPOCH$TZ$LANG" = 315532800UTCC.UTF-8 || { echo sees env; exit 1; }
test -z "$SECRET" || { echo sees the environment of the caller; exit 1; }
test "$(ls -A | tr '\n' ' ')" = ".home build.sh " || { ls -A; echo sees more than it declares; exit 1; }
touch /tmp/x && echo x > "$TMPDIR/x" || exit 1
"""


@pytest.mark.usefixtures("docker")
def test_what_an_action_sees(space: Space) -> None:
    boxed(space, {"toy": SEES + GOOD})
    space.env["SECRET"] = "s"  # noqa: S105 - a canary
    space.build()


@pytest.mark.usefixtures("docker")
def test_the_key_names_the_image(space: Space) -> None:
    boxed(space, {"toy": GOOD})
    manifest = space.build().said
    assert f"{BASE} sha256:" in manifest


CASES: dict[str, tuple[str, list[str]]] = {
    "fails": ("echo oh no >&2; exit 3", ["exit code 3", "oh no", "$ sh build.sh toy.wasm"]),
    "hangs": ("trap '' TERM; sleep 600", ["did not end within 2 s"]),
    "writes nothing": ("true", ["did not write toy.wasm, which it declares as its output"]),
    "writes a folder": ("mkdir $1", ["wrote toy.wasm as a folder, not as a file"]),
    "fills its memory": (
        r"""exec perl -e '$x = "x" x (6 << 30); print length $x'""",
        ["was killed", "memory", "(limit 4.0 GiB)", 'forge.toml: [toolchains.shell] memory = "8.0 GiB"'],
    ),
    "fills the disk": ("cat /dev/zero > /tmp/full", ["no space left inside the container", "holds 1 GiB"]),
    "starts too many processes": (
        r"""perl -e 'for (1..6000) { defined(my $p = fork) or die "fork: $!\n"; $p or do { sleep 60; exit } }'""",
        ["fork: Resource temporarily unavailable", "in forge.toml: [toolchains.shell] processes = 8192"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_compiler_that(space: Space, docker: Engine, case: str) -> None:
    script, words = CASES[case]
    boxed(space, {"toy": script}, timeout=2 if case == "hangs" else 300)
    refused(space.run("build"), 1, "toy@wasi/release:build", *words)
    assert list((space.cache / "work").iterdir()) == []
    assert not left(docker, pid=None) or all(_alive(c) for c in left(docker))


TELLS = """
format = 1
name = "shell"
[[origins]]
kind = "container"
image = "{image}"
program = "{program}"
at-least = "{least}"
also = ["sed"]
tools = {{ sh = ["sh"] }}
fix = "make another"
"""


def test_a_program_in_the_image_is_asked_once_for_its_version(space: Space, docker: Engine) -> None:
    boxed(space, {"toy": GOOD}, toolchain=TELLS.format(image=BASE, program="bash", least="4"))
    said = space.build().said
    assert (found := re.search(rf"bash \d+\.[\d.]+, sed \d[\d.]* in {BASE} sha256:\w+", said)), said
    assert all(_alive(c) for c in left(docker))
    ended = space.run("lock")
    assert found[0] in (space.root / "forge.lock").read_text(), ended.said
    assert found[0] in " ".join(space.run("doctor").said.split())
    before = seen_by(space, "probe")
    space.build("--locked")
    assert seen_by(space, "probe") == before


def seen_by(space: Space, kind: str) -> dict[str, int]:
    """What the store remembers of a kind, and when each was written."""
    return {p.name: p.stat().st_mtime_ns for p in (space.cache / "store" / kind).rglob("*") if p.is_file()}


@pytest.mark.usefixtures("docker")
def test_a_program_in_the_image_that_will_not_do(space: Space) -> None:
    boxed(space, {"toy": GOOD}, toolchain=TELLS.format(image=BASE, program="bash", least="99"))
    refused(space.run("build"), 3, f"image {BASE}: bash ", "is older than 99", "make another")
    boxed(space, {"toy": GOOD}, toolchain=TELLS.format(image=BASE, program="nobody", least="1"))
    refused(space.run("build"), 3, f"image {BASE}: cannot start nobody: the image has no such program")
    boxed(space, {"toy": GOOD}, toolchain=TELLS.format(image=BASE, program="true", least="1").replace("also", "probe"))
    refused(space.run("build"), 3, f"image {BASE}: `true sed` tells no version")


STARTER = """
format = 1
name = "shell"
needs = ["inner"]
[env]
INNER = "{inner.sh}"
[[origins]]
kind = "python"
distribution = "msgspec"
tools = { sh = ["/bin/sh"] }
"""


@pytest.mark.usefixtures("docker")
def test_tools_that_start_each_other_are_in_one_place(space: Space) -> None:
    boxed(space, {"toy": GOOD}, toolchain=STARTER)
    space.write({"toolchains/inner.toml": BOXED.replace('"shell"', '"inner"')})
    words = f"is on this machine, and inner, which it starts, in image {BASE}"
    refused(space.run("build"), 3, words, '[toolchains.inner] origin = "path"')
    space.write({"toolchains/shell.toml": STARTER + BOXED[BOXED.index("[[") :]})
    assert f"{BASE} sha256:" in space.build().said


BOUNDS = '[toolchains.shell]\nmemory = "{memory}"\nprocesses = {processes}\n'

USES = r"""
perl -e '$x = "x" x (200 << 20); for (1..30) { fork // die "fork: $!\n" or do { sleep 5; exit } }' || exit 1
"""


@pytest.mark.usefixtures("docker")
def test_what_it_may_use_is_a_setting_and_no_part_of_a_key(space: Space) -> None:
    def bounded(memory: str, processes: int) -> None:
        toys(space, {"toy": USES + GOOD}, head=BOUNDS.format(memory=memory, processes=processes))
        space.write({"toolchains/shell.toml": BOXED})

    bounded("128 MiB", 64)
    refused(space.run("build"), 1, "was killed", "(limit 128.0 MiB)", '[toolchains.shell] memory = "256.0 MiB"')
    bounded("1 GiB", 20)
    refused(space.run("build"), 1, "fork: Resource", "[toolchains.shell] processes = 40")
    bounded("1 GiB", 64)
    assert "toy@wasi/release:build" in space.build("--origin", "container").ran()
    bounded("2 GiB", 128)
    assert space.build().ran() == []
    bounded("2 GiB", 4)
    refused(space.run("build"), 2, "forge.toml:", "toolchains.shell.processes", ">= 16")


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize("to", ["build.sh", "/etc/passwd"])
def test_a_link_is_no_output(space: Space, to: str) -> None:
    boxed(space, {"toy": f"ln -s {to} $1"})
    ended = space.run("build")
    refused(ended, 1)
    # podman does not hand links out, Docker does
    assert re.search(r"wrote toy\.wasm (as a symbolic link|in a way)|did not write toy\.wasm", ended.said), ended.said
    assert not (space.root / "dist/wasi/toy").exists()


def _alive(container: dict[str, Any]) -> bool:
    """Its owner still runs: a test beside this one."""
    pid = int(container["Labels"][OWNER].rpartition(":")[2])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.usefixtures("docker")
def test_a_program_that_is_not_in_the_image(space: Space) -> None:
    missing = TOOLCHAIN_OF.format(image=BASE, sh="no-such-compiler")
    boxed(space, {"toy": GOOD}, toolchain=missing)
    refused(space.run("build"), 1, f"cannot start no-such-compiler in {BASE}: the image has no such program")


TOOLCHAIN_OF = """
format = 1
name = "shell"
[[origins]]
kind = "container"
image = "{image}"
tools = {{ sh = ["{sh}"] }}
"""


@pytest.mark.usefixtures("docker")
def test_an_image_that_is_not_there(space: Space) -> None:
    boxed(space, {"toy": GOOD}, toolchain=TOOLCHAIN_OF.format(image="wasmforge/nobody", sh="sh"))
    refused(space.run("build"), 3, "image wasmforge/nobody is not here yet", "wasmforge toolchain pull shell")
    space.write({"toolchains/nobody/Dockerfile": f"FROM {BASE}\n"})
    refused(space.run("build"), 3, "image wasmforge/nobody is not built yet", "wasmforge toolchain build nobody")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_container(space: Space, docker: Engine, number: signal.Signals) -> None:
    boxed(space, {"toy": "trap '' TERM INT; sleep 600"}, timeout=300)
    build = start(space, "build")
    until(lambda: any(c["State"] == "running" for c in left(docker, build.pid)))
    assert len(volumes(docker, build.pid)) == 1
    build.send_signal(number)
    sent = time.monotonic()
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    assert time.monotonic() - sent < 20
    assert "Traceback" not in said
    assert left(docker, build.pid) == []
    assert volumes(docker, build.pid) == []


def test_the_next_build_sweeps_what_a_killed_one_left(space: Space, docker: Engine) -> None:
    boxed(space, {"toy": "sleep 600"}, timeout=300)
    build = start(space, "build")
    until(lambda: any(c["State"] == "running" for c in left(docker, build.pid)))
    build.kill()
    build.communicate()
    assert left(docker, build.pid) != []
    boxed(space, {"toy": GOOD})
    space.build()
    assert left(docker, build.pid) == []
    assert volumes(docker, build.pid) == []


def test_a_container_of_a_living_process_is_not_swept(docker: Engine) -> None:
    order = Order(image=BASE, argv=["true"], env={}, directory="/", user=(1000, 1000))
    with sandbox(docker, order):
        sweep_containers(docker)
        assert len(left(docker, os.getpid())) == 1
    assert left(docker, os.getpid()) == []


@pytest.mark.usefixtures("docker")
def test_100_mb_of_output_are_heard_in_part(space: Space) -> None:
    boxed(space, {"toy": f"head -c 100000000 /dev/zero | tr '\\0' 'x'; echo the end; {GOOD}; exit 7"})
    ended = space.run("build")
    refused(ended, 1, "exit code 7", "bytes left out", "the end")
    assert len(ended.said) < 1_000_000


OUTSIDE = """
test "$(ls /sys/class/net | wc -l)" -gt 1 || { echo has no network; exit 1; }
test -s "$SSL_CERT_FILE" || { echo has no certificates; exit 1; }
test "$https_proxy" = http://proxy.invalid:1 || { echo has no proxy; exit 1; }
cat ../.cargo/config.toml || exit 1
echo seen before: $(cat "$CARGO_HOME/canary")
echo DATA > "$CARGO_HOME/canary" || exit 1
"""


def test_a_step_with_the_network_has_what_it_needs_for_it_and_a_cache(space: Space, docker: Engine) -> None:
    user = os.getuid() or 1000
    name = f"test-{os.getpid()}"
    space.write({"home/.cargo/config.toml": f"# {name}"})
    (space.root / "ca.pem").write_text("certificates")
    space.env.update(CARGO_HOME=str(space.root / "home/.cargo"), https_proxy="http://proxy.invalid:1")
    space.env["SSL_CERT_FILE"] = str(space.root / "ca.pem")
    for said in ("seen before:", f"seen before: {name}"):
        boxed(space, {"toy": OUTSIDE.replace("DATA", name) + f"# {said}\n" + GOOD})
        recipe = space.root / "recipes/script.toml"
        recipe.write_text(recipe.read_text() + "network = true\n")
        ended = space.run("build", "-v")
        assert ended.exit == 0, ended.said
        assert f"# {name}" in ended.said
        assert said in ended.said
    assert docker.api.inspect_volume(f"wasmforge-cache-{user}")


def test_what_a_compiler_says_it_read_is_what_counts(space: Space, docker: Engine) -> None:
    del docker
    script = f'echo "$1: $PWD/build.sh \\\\\n /usr/include/x.h" > toy.d; {GOOD}'
    boxed(space, {"toy": script})
    recipe = space.root / "recipes/script.toml"
    recipe.write_text(recipe.read_text() + 'depfile = "toy.d"\n')
    space.write({"toy/unread.txt": "1"})
    assert "toy@wasi/release:build" in space.build().ran()
    space.write({"toy/unread.txt": "2"})
    assert space.build().ran() == []
    space.write({"toy/build.sh": script + "\n"})
    assert "toy@wasi/release:build" in space.build().ran()
