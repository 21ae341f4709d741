"""A toy toolchain: each source is a shell script that plays the compiler, as well or as badly as a test wants."""

from tests.support.project import CommandResult, ProjectFixture

MODULE = b"\0asm\1\0\0\0"
"""The smallest module there is."""

WRITE_MODULE = r"printf '\000asm\001\000\000\000' > $1"
"""A script that writes it."""

TOOLCHAIN = """
format = 1
name = "shell"
[[origins]]
kind = "python"
distribution = "msgspec"
tools = { sh = ["/bin/sh"], python = ["{python}", "-I"] }
contents = [
    "cat", "chmod", "cksum", "cp", "cut", "date", "dd", "env", "expr", "false", "find", "grep", "head", "id", "ln",
    "ls", "mkdir", "mkfifo", "mv", "nohup", "od", "printenv", "ps", "readlink", "rm", "sed", "seq", "setsid", "sh",
    "sleep", "sort", "stat", "tail", "touch", "tr", "true", "truncate", "uname", "wc", "yes",
]
"""

RECIPE = """
format = 1
name = "script"
toolchain = "shell"
[languages.script]
[sources]
script = ["*.sh"]
data = ["*.txt"]
[[steps]]
name = "build"
run = ["sh", "{{sources.script}}", "{{name}}.wasm"]
inputs = ["{{sources.data}}"]
outputs = {{ module = "{{name}}.wasm" }}
timeout = {timeout}
"""

COMPONENT = """
[components.{name}]
path = "{name}"
language = "script"
recipe = "script"
kind = "reactor"
waive = [{{ rule = "entry", item = "*", because = "not a program" }}]
"""


def write_toys(project: ProjectFixture, scripts: dict[str, str], *, timeout: float = 60, head: str = "") -> None:
    """A project with one component for each script, all for target wasi."""
    parts = "".join(COMPONENT.format(name=name) for name in scripts)
    project.write(
        {
            "forge.toml": f'format = 1\n[build]\ntargets = ["wasi"]\n{head}{parts}',
            "toolchains/shell.toml": TOOLCHAIN,
            "recipes/script.toml": RECIPE.format(timeout=timeout),
            **{f"{name}/build.sh": script for name, script in scripts.items()},
        }
    )


WAT = '(module (func (export "f") (result i32) i32.const 42))'

WAT_FORGE = """
format = 1
[build]
targets = ["wasi"]
[components.hello]
path = "hello"
language = "wat"
exports = ["f"]
"""


def write_wat_project(project: ProjectFixture) -> None:
    """A project with one component in WAT, for target wasi."""
    project.write({"forge.toml": WAT_FORGE, "hello/hello.wat": WAT})


def assert_refused(ended: CommandResult, code: int, *words: str) -> None:
    """The command said no: with this exit code, these words, and without showing its insides."""
    assert ended.exit == code, ended.output
    assert "Traceback" not in ended.output
    assert "bug" not in ended.output.lower().replace("debug", ""), ended.output
    for word in words:
        assert word in ended.output, ended.output
