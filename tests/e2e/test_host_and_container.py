"""The same compiler on the host and in an image makes the same bytes.

The image is a twin of the host: tests/provision makes it from the packages that `make setup-toolchains` installs.
"""

import hashlib
import os

import pytest

from tests.e2e.test_rust import crate
from tests.support.container_toolchain import engine
from tests.support.project import ProjectFixture
from wasmforge.containers.image_files import image_of

pytestmark = pytest.mark.toolchains

TWIN = "wasmforge-test/twin"

PATH = "/usr/bin:/bin"
"""Where Debian's packages are, and nothing else."""

TOOLCHAINS = {
    "wasi-sdk": """
[[origins]]
kind = "container"
image = "wasmforge-test/twin"
[origins.tools]
clang = [
    "clang", "--target=wasm32-wasi", "--start-no-unused-arguments", "-Wl,--stack-first", "-Wl,-z,stack-size=1048576",
    "--end-no-unused-arguments",
]
"clang++" = [
    "clang++", "--target=wasm32-wasi", "--start-no-unused-arguments", "-Wl,--stack-first", "-Wl,-z,stack-size=1048576",
    "--end-no-unused-arguments",
]
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


def delivered(project: ProjectFixture) -> dict[str, bytes]:
    """What is in dist, but for the records of where it came from."""
    return {name: data for name, data in project.dist().items() if not name.endswith("manifest.json")}


def digests(files: dict[str, bytes]) -> dict[str, str]:
    """To be compared: a failure that shows the difference of two modules would take minutes."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def both(project: ProjectFixture, toolchain: str, *args: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What a build delivers with the host's compiler, and with the twin's, but for the record of where it came from."""
    docker = engine()
    if image_of(docker, TWIN) is None:
        pytest.skip(f"the engine has no image {TWIN} (tests/provision makes it)")
    host = project.run("build", *args, "--no-smoke", PATH=PATH)
    assert host.exit == 0, host.output
    first = delivered(project)
    head = f'format = 1\nname = "{toolchain}"\n'
    project.write({f"toolchains/{toolchain}.toml": head + TOOLCHAINS[toolchain]})
    again = project.build(*args, "--no-smoke")
    assert again.executed()
    second = delivered(project)
    return first, second


@pytest.mark.parametrize("profile", ["release", "dev"])
@pytest.mark.parametrize(("recipe", "target"), [("wasi-sdk", "wasi"), ("emscripten", "web")])
def test_cxx(project: ProjectFixture, recipe: str, target: str, profile: str) -> None:
    project.write({"forge.toml": FORGE.format(recipe=recipe, target=target), "guests/src/guests.cpp": CXX})
    on_host, in_twin = both(project, recipe, "--profile", profile)
    assert digests(on_host) == digests(in_twin)


@pytest.mark.parametrize("profile", ["release", "dev"])
def test_rust(project: ProjectFixture, profile: str) -> None:
    crate(project)
    on_host, in_twin = both(project, "rust", "--target", "web", "--profile", profile)
    assert digests(on_host) == digests(in_twin)
    assert os.fsencode(project.root) not in b"".join(in_twin.values())
