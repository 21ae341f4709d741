"""Actions in containers: what they see, what comes out, and what is left behind, which is nothing."""

import os
import re
import signal
import time
from typing import Any

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.support.container_toolchain import BASE, boxed, engine
from tests.support.container_toolchain import TOOLCHAIN as BOXED
from tests.support.project import CommandResult, ProjectFixture, make_project
from tests.support.toy_toolchain import MODULE, TOOLCHAIN, WRITE_MODULE, assert_refused, write_toys
from wasmforge.containers.container_run import (
    OWNER_LABEL,
    ContainerSpec,
    container_run,
    sweep_containers,
    sweep_downloads,
)
from wasmforge.containers.engine import Engine
from wasmforge.store.cache_dirs import CacheDirs

pytestmark = pytest.mark.toolchains


@pytest.fixture(name="docker")
def _docker() -> Engine:
    return engine()


def left(docker: Engine, pid: int | None = None) -> list[dict[str, Any]]:
    """The containers of ours that are there, or those of one process."""
    found: list[dict[str, Any]] = docker.api.containers(all=True, filters={"label": OWNER_LABEL})
    return [c for c in found if pid is None or c["Labels"][OWNER_LABEL].endswith(f":{pid}")]


def volumes(docker: Engine, pid: int) -> list[str]:
    """The rooms that a process of ours has left."""
    found = docker.api.volumes(filters={"label": OWNER_LABEL})["Volumes"] or ()
    return [v["Name"] for v in found if v["Labels"][OWNER_LABEL].endswith(f":{pid}")]


def test_the_same_bytes_and_nothing_left(project: ProjectFixture, docker: Engine) -> None:
    script = f"mkdir x; cat data.txt > x/y; test -s x/y && {WRITE_MODULE}; chmod 755 $1"
    write_toys(project, {"toy": script})
    project.write({"toolchains/shell.toml": TOOLCHAIN, "toy/data.txt": "x"})
    project.build()
    own = project.dist()["wasi/toy/toy.wasm"]
    boxed(project, {"toy": script})
    build = start(project, "build", "-o", "json")
    said, _ = build.communicate(timeout=PATIENCE)
    assert CommandResult(exit=build.returncode, output=said).executed() == ["toy@wasi/release:build"]
    assert project.dist()["wasi/toy/toy.wasm"] == own == MODULE
    assert (project.root / "dist/wasi/toy/toy.wasm").stat().st_uid == os.getuid()
    assert project.build().executed() == []
    assert left(docker, build.pid) == []
    assert volumes(docker, build.pid) == []
    assert list((project.cache / "work").iterdir()) == []


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
def test_what_an_action_sees(project: ProjectFixture) -> None:
    boxed(project, {"toy": SEES + WRITE_MODULE})
    project.env["SECRET"] = "s"  # noqa: S105 - a canary
    project.build()


@pytest.mark.usefixtures("docker")
def test_the_key_names_the_image(project: ProjectFixture) -> None:
    boxed(project, {"toy": WRITE_MODULE})
    manifest = project.build().output
    assert f"{BASE}, of this project sha256:" in manifest


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
def test_a_compiler_that(project: ProjectFixture, docker: Engine, case: str) -> None:
    script, words = CASES[case]
    boxed(project, {"toy": script}, timeout=2 if case == "hangs" else 300)
    assert_refused(project.run("build"), 1, "toy@wasi/release:build", *words)
    assert list((project.cache / "work").iterdir()) == []
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


def test_a_program_in_the_image_is_asked_once_for_its_version(project: ProjectFixture, docker: Engine) -> None:
    boxed(project, {"toy": WRITE_MODULE}, toolchain=TELLS.format(image=BASE, program="bash", least="4"))
    said = project.build().output
    assert (found := re.search(rf"bash \d+\.[\d.]+, sed \d[\d.]* in {BASE}, of this project sha256:\w+", said)), said
    assert all(_alive(c) for c in left(docker))
    ended = project.run("lock")
    assert found[0] in (project.root / "forge.lock").read_text(), ended.output
    assert found[0].partition("sha256:")[0] in " ".join(project.run("doctor").output.split())
    before = seen_by(project, "probe")
    project.build("--locked")
    assert seen_by(project, "probe") == before


def seen_by(project: ProjectFixture, kind: str) -> dict[str, int]:
    """What the store remembers of a kind, and when each was written."""
    return {p.name: p.stat().st_mtime_ns for p in (project.cache / "store" / kind).rglob("*") if p.is_file()}


@pytest.mark.usefixtures("docker")
def test_a_program_in_the_image_that_will_not_do(project: ProjectFixture) -> None:
    boxed(project, {"toy": WRITE_MODULE}, toolchain=TELLS.format(image=BASE, program="bash", least="99"))
    assert_refused(project.run("build"), 3, f"image {BASE}: bash ", "is older than 99", "make another")
    boxed(project, {"toy": WRITE_MODULE}, toolchain=TELLS.format(image=BASE, program="nobody", least="1"))
    assert_refused(project.run("build"), 3, f"image {BASE}: cannot start nobody: the image has no such program")
    boxed(
        project,
        {"toy": WRITE_MODULE},
        toolchain=TELLS.format(image=BASE, program="true", least="1").replace("also", "probe"),
    )
    assert_refused(project.run("build"), 3, f"image {BASE}: `true sed` tells no version")


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
def test_tools_that_start_each_other_are_in_one_place(project: ProjectFixture) -> None:
    boxed(project, {"toy": WRITE_MODULE}, toolchain=STARTER)
    project.write({"toolchains/inner.toml": BOXED.replace('"shell"', '"inner"')})
    words = f"is on this machine, and inner, which it starts, in image {BASE}"
    assert_refused(project.run("build"), 3, words, '[toolchains.inner] origin = "path"')
    project.write({"toolchains/shell.toml": STARTER + BOXED[BOXED.index("[[") :]})
    (started,) = [e for e in project.build().events() if e["event"] == "BuildStarted"]
    assert started["tools"]["shell"].startswith(BASE)


BOUNDS = '[toolchains.shell]\nmemory = "{memory}"\nprocesses = {processes}\n'

USES = r"""
perl -e '$x = "x" x (200 << 20); for (1..30) { fork // die "fork: $!\n" or do { sleep 5; exit } }' || exit 1
"""


@pytest.mark.usefixtures("docker")
def test_what_it_may_use_is_a_setting_and_no_part_of_a_key(project: ProjectFixture) -> None:
    def bounded(memory: str, processes: int) -> None:
        write_toys(project, {"toy": USES + WRITE_MODULE}, head=BOUNDS.format(memory=memory, processes=processes))
        project.write({"toolchains/shell.toml": BOXED})

    bounded("128 MiB", 64)
    assert_refused(
        project.run("build"), 1, "was killed", "(limit 128.0 MiB)", '[toolchains.shell] memory = "256.0 MiB"'
    )
    bounded("1 GiB", 20)
    assert_refused(project.run("build"), 1, "fork: Resource", "[toolchains.shell] processes = 40")
    bounded("1 GiB", 64)
    assert "toy@wasi/release:build" in project.build("--origin", "container").executed()
    bounded("2 GiB", 128)
    assert project.build().executed() == []
    bounded("2 GiB", 4)
    assert_refused(project.run("build"), 2, "forge.toml:", "toolchains.shell.processes", ">= 16")


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize("to", ["build.sh", "/etc/passwd"])
def test_a_link_is_no_output(project: ProjectFixture, to: str) -> None:
    boxed(project, {"toy": f"ln -s {to} $1"})
    ended = project.run("build")
    assert_refused(ended, 1)
    # podman does not hand links out, Docker does
    assert re.search(r"wrote toy\.wasm (as a symbolic link|in a way)|did not write toy\.wasm", ended.output), (
        ended.output
    )
    assert not (project.root / "dist/wasi/toy").exists()


def _alive(container: dict[str, Any]) -> bool:
    """Its owner still runs: a test beside this one."""
    pid = int(container["Labels"][OWNER_LABEL].rpartition(":")[2])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.usefixtures("docker")
def test_a_program_that_is_not_in_the_image(project: ProjectFixture) -> None:
    missing = TOOLCHAIN_OF.format(image=BASE, sh="no-such-compiler")
    boxed(project, {"toy": WRITE_MODULE}, toolchain=missing)
    assert_refused(project.run("build"), 1, f"cannot start no-such-compiler in {BASE}: the image has no such program")


TOOLCHAIN_OF = """
format = 1
name = "shell"
[[origins]]
kind = "container"
image = "{image}"
tools = {{ sh = ["{sh}"] }}
"""


@pytest.mark.usefixtures("docker")
def test_an_image_that_is_not_there(project: ProjectFixture) -> None:
    boxed(project, {"toy": WRITE_MODULE}, toolchain=TOOLCHAIN_OF.format(image="wasmforge/nobody", sh="sh"))
    assert_refused(project.run("build"), 3, "image wasmforge/nobody is not here yet", "wasmforge toolchain pull shell")
    project.write({"toolchains/nobody/Dockerfile": f"FROM {BASE}\n"})
    assert_refused(
        project.run("build"), 3, "image wasmforge/nobody is not built yet", "wasmforge toolchain build nobody"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_container(project: ProjectFixture, docker: Engine, number: signal.Signals) -> None:
    boxed(project, {"toy": "trap '' TERM INT; sleep 600"}, timeout=300)
    build = start(project, "build")
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


def test_the_next_build_sweeps_what_a_killed_one_left(project: ProjectFixture, docker: Engine) -> None:
    boxed(project, {"toy": "sleep 600"}, timeout=300)
    build = start(project, "build")
    until(lambda: any(c["State"] == "running" for c in left(docker, build.pid)))
    build.kill()
    build.communicate()
    assert left(docker, build.pid) != []
    boxed(project, {"toy": WRITE_MODULE})
    project.build()
    assert left(docker, build.pid) == []
    assert volumes(docker, build.pid) == []


def test_a_container_of_a_living_process_is_not_swept(docker: Engine) -> None:
    order = ContainerSpec(image=BASE, argv=["true"], env={}, directory="/", user=(1000, 1000))
    with container_run(docker, order):
        sweep_containers(docker)
        assert len(left(docker, os.getpid())) == 1
    assert left(docker, os.getpid()) == []


@pytest.mark.usefixtures("docker")
def test_100_mb_of_output_are_heard_in_part(project: ProjectFixture) -> None:
    boxed(project, {"toy": f"head -c 100000000 /dev/zero | tr '\\0' 'x'; echo the end; {WRITE_MODULE}; exit 7"})
    ended = project.run("build")
    assert_refused(ended, 1, "exit code 7", "bytes left out", "the end")
    assert len(ended.output) < 1_000_000


OUTSIDE = """
test "$(ls /sys/class/net | wc -l)" -gt 1 || { echo has no network; exit 1; }
test -s "$SSL_CERT_FILE" || { echo has no certificates; exit 1; }
test "$https_proxy" = http://proxy.invalid:1 || { echo has no proxy; exit 1; }
cat ../.cargo/config.toml || exit 1
echo seen before: $(cat "$CARGO_HOME/canary")
echo DATA > "$CARGO_HOME/canary" || exit 1
"""


def test_a_step_with_the_network_has_what_it_needs_for_it_and_a_cache(project: ProjectFixture, docker: Engine) -> None:
    user = os.getuid() or 1000
    name = f"test-{os.getpid()}"
    project.write({"home/.cargo/config.toml": f"# {name}"})
    (project.root / "ca.pem").write_text("certificates")
    project.env.update(CARGO_HOME=str(project.root / "home/.cargo"), https_proxy="http://proxy.invalid:1")
    project.env["SSL_CERT_FILE"] = str(project.root / "ca.pem")
    for said in ("seen before:", f"seen before: {name}"):
        boxed(project, {"toy": OUTSIDE.replace("DATA", name) + f"# {said}\n" + WRITE_MODULE})
        recipe = project.root / "recipes/script.toml"
        recipe.write_text(recipe.read_text() + "network = true\n")
        ended = project.run("build", "-v")
        assert ended.exit == 0, ended.output
        assert f"# {name}" in ended.output
        assert said in ended.output
    volume = CacheDirs(project.cache, project=project.root).download_volume(user)
    assert docker.api.inspect_volume(volume)
    assert sweep_downloads(docker, 0) == []
    (project.root / "other").mkdir()
    other = make_project(project.root / "other")
    other.env.update(project.env)
    boxed(other, {"toy": f"{OUTSIDE.replace('DATA', name)}\n{WRITE_MODULE}"})
    (other.root / "recipes/script.toml").write_text(recipe.read_text())
    said = other.run("build", "-v").output
    assert "seen before:" in said
    assert f"seen before: {name}" not in said  # what one project fetched, another does not see
    for one in (volume, CacheDirs(other.cache, project=other.root).download_volume(user)):
        docker.api.remove_volume(one)


def test_what_a_compiler_says_it_read_is_what_counts(project: ProjectFixture, docker: Engine) -> None:
    del docker
    script = f'echo "$1: $PWD/build.sh \\\\\n /usr/include/x.h" > toy.d; {WRITE_MODULE}'
    boxed(project, {"toy": script})
    recipe = project.root / "recipes/script.toml"
    recipe.write_text(recipe.read_text() + 'depfile = "toy.d"\n')
    project.write({"toy/unread.txt": "1"})
    assert "toy@wasi/release:build" in project.build().executed()
    project.write({"toy/unread.txt": "2"})
    assert project.build().executed() == []
    project.write({"toy/build.sh": script + "\n"})
    assert "toy@wasi/release:build" in project.build().executed()
