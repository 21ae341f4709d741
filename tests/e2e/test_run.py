"""`wasmforge run`: a program at the caller's terminal, with its own streams and exit code."""

import os
import subprocess
import sys

import pytest

from tests.integration.test_glue import NODE
from tests.support.project import ProjectFixture

FORGE = """
format = 1
[build]
targets = ["wasi", "node"]
[components.tell]
path = "tell"
language = "c"
kind = "command"
[components.lib]
path = "lib"
language = "wat"
exports = ["one"]
targets = ["wasi"]
[components.trap]
path = "trap"
language = "wat"
kind = "command"
targets = ["wasi"]
"""

TELL = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    char line[100] = "";
    if (fgets(line, sizeof line, stdin)) printf("read %s", line);
    for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
    printf(" %s\n", getenv("WORD") ? getenv("WORD") : "no word");
    FILE *file = argc > 1 ? fopen(argv[1], "r") : 0;
    fprintf(stderr, "%s\n", file ? "opened" : "not opened");
    return 7;
}
"""


@pytest.fixture(name="built")
def _built(project: ProjectFixture) -> ProjectFixture:
    project.write(
        {
            "forge.toml": FORGE,
            "tell/tell.c": TELL,
            "lib/lib.wat": '(module (func (export "one") (result i32) (i32.const 1)))',
            "trap/trap.wat": '(module (memory (export "memory") 1) (func (export "_start") unreachable))',
        }
    )
    project.build("--no-smoke")
    return project


def run(project: ProjectFixture, *args: str) -> "subprocess.CompletedProcess[str]":
    """With a line of standard input, and both streams apart."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "wasmforge", "run", *args],
        cwd=project.root,
        env={**os.environ, "WASMFORGE_CACHE": str(project.cache), "WORD": "the caller's"},
        input="a line\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_streams_arguments_and_exit_code(built: ProjectFixture) -> None:
    done = run(built, "tell", "--", "-x", "two words")
    assert (done.returncode, done.stdout) == (7, "read a line\n[tell][-x][two words] no word\n")
    assert done.stderr == "not opened\n"
    done = run(built, "tell", "--env", "WORD=ours", "--dir", "tell::/data", "--", "/data/tell.c")
    assert (done.returncode, done.stderr) == (7, "opened\n")
    assert done.stdout == "read a line\n[tell][/data/tell.c] ours\n"


@pytest.mark.skipif(NODE is None, reason="node is not on PATH")
def test_the_same_in_node(built: ProjectFixture) -> None:
    done = run(built, "tell@node", "--env", "WORD=ours", "--dir", "tell::/data", "--", "/data/tell.c", "two words")
    assert (done.returncode, done.stderr) == (7, "opened\n")
    assert done.stdout == "read a line\n[tell][/data/tell.c][two words] ours\n"
    assert run(built, "tell@node").stdout == "read a line\n[tell] no word\n"
    assert run(built, "tell", "-r", "node").stdout == "read a line\n[tell] no word\n", "node is no runtime of wasi"


def test_what_cannot_be_run(built: ProjectFixture) -> None:
    trapped = run(built, "trap")
    assert (trapped.returncode, "unreachable" in trapped.stderr) == (134, True), trapped.stderr
    for args, words in {
        ("lib",): "lib is a library: it has nothing to start",
        ("tel",): "did you mean 'tell'?",
        ("tell", "-r", "viceroy"): "cannot be started in 'viceroy'",
        ("tell", "--dir", "nowhere"): "--dir nowhere: no such folder",
        ("tell", "--env", "WORD"): "a variable is written NAME=VALUE",
    }.items():
        done = run(built, *args)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
