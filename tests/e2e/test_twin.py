"""The same compiler on the host and in an image makes the same bytes.

The image is a twin of the host: tests/provision makes it from the packages that `make setup-toolchains` installs.
"""

import os

import pytest

from tests.e2e.boxes import engine
from tests.e2e.test_rust import crate
from tests.space import Space
from wasmforge.execute.origins.container import image_of

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]

TWIN = "wasmforge-test/twin"

PATH = "/usr/bin:/bin"
"""Where Debian's packages are, and nothing else."""

TOOLCHAINS = {
    "wasi-sdk": """
[[origins]]
kind = "container"
image = "wasmforge-test/twin"
[origins.tools]
clang = ["clang", "--target=wasm32-wasi"]
"clang++" = ["clang++", "--target=wasm32-wasi"]
ar = ["llvm-ar"]
""",
    "emscripten": """
[[origins]]
kind = "container"
image = "wasmforge-test/twin"
tools = { emcc = ["emcc"], "em++" = ["em++"], emar = ["emar"] }
""",
    "rust": """
[env]
CARGO_BUILD_TARGET = "wasm32-unknown-unknown"
[[origins]]
kind = "container"
image = "wasmforge-test/twin"
tools = { cargo = ["cargo"] }
env = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER = "wasm-ld" }
""",
}

CXX = """
#include <map>
#include <string>
static std::map<std::string, int> seen;
extern "C" int meet(const char *name) { return ++seen[name]; }
extern "C" int met() { return static_cast<int>(seen.size()); }
"""

FORGE = """
format = 1
[components.guests]
path = "guests"
language = "c++"
recipe = "{recipe}"
targets = ["{target}"]
exports = ["meet", "met", "malloc"]
"""


def both(space: Space, toolchain: str, *args: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What a build delivers with the host's compiler, and with the twin's, but for the record of where it came from."""
    docker = engine()
    if image_of(docker, TWIN) is None:
        pytest.skip(f"the engine has no image {TWIN} (tests/provision makes it)")
    host = space.run("build", *args, "--no-smoke", PATH=PATH)
    assert host.exit == 0, host.said
    first = space.dist()
    del first["manifest.json"]
    head = f'format = 1\nname = "{toolchain}"\n'
    space.write({f"toolchains/{toolchain}.toml": head + TOOLCHAINS[toolchain]})
    again = space.build(*args, "--no-smoke")
    assert again.ran()
    second = space.dist()
    del second["manifest.json"]
    return first, second


@pytest.mark.parametrize("profile", ["release", "dev"])
@pytest.mark.parametrize(("recipe", "target"), [("wasi-sdk", "wasi"), ("emscripten", "web")])
def test_cxx(space: Space, recipe: str, target: str, profile: str) -> None:
    space.write({"forge.toml": FORGE.format(recipe=recipe, target=target), "guests/src/guests.cpp": CXX})
    on_host, in_twin = both(space, recipe, "--profile", profile)
    assert on_host == in_twin


@pytest.mark.parametrize("profile", ["release", "dev"])
def test_rust(space: Space, profile: str) -> None:
    crate(space)
    on_host, in_twin = both(space, "rust", "--target", "web", "--profile", profile)
    assert on_host == in_twin
    assert os.fsencode(space.root) not in b"".join(in_twin.values())
