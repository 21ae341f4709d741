"""The folders for web and node as npm packages: what npm packs of them, and what TypeScript makes of their types."""

import json
from pathlib import Path

import pytest

from tests.support.npm_hosts import done, hosts, run
from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "wat"
exports = ["add"]
targets = ["web", "node"]
options = { package-name = "@acme/sum", package-version = "1.2.3" }
"""

SUM = '(module (func (export "add") (param i32 i64) (result i32) (i32.add (local.get 0) (i32.wrap_i64 (local.get 1)))))'

CONSUMER = """
import { add, instantiate, type Exports } from "@acme/sum";
const sum: number = add(2, 3n);
const again: Promise<Exports> = instantiate();
console.log(sum, (await again).add(20, 22n));
"""

HOW = {
    "nodenext": ("--module", "nodenext", "--moduleResolution", "nodenext"),
    "bundler": ("--module", "esnext", "--moduleResolution", "bundler"),
}


@pytest.fixture
def npm_project(project: ProjectFixture) -> ProjectFixture:
    """Both packages, built."""
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM})
    project.build()
    return project


def installed(npm_project: ProjectFixture, target: str) -> Path:
    """A package of a user's, with what `npm pack` made of the folder among its modules."""
    user = npm_project.root / "user"
    (user / "packed").mkdir(parents=True)
    (told,) = json.loads(
        done("npm", "pack", "--json", "--pack-destination", "packed", f"../dist/{target}/sum", cwd=user)
    )
    assert (told["name"], told["version"]) == ("@acme/sum", "1.2.3")
    assert sorted(f["path"] for f in told["files"]) == ["package.json", "sum.d.ts", "sum.js", "sum.wasm"]
    (user / "package.json").write_text('{"type": "module", "private": true}')
    (user / "main.ts").write_text(CONSUMER)
    (user / "node_modules" / "@acme" / "sum").mkdir(parents=True)
    (tarball,) = (user / "packed").iterdir()
    done("tar", "-xzf", tarball, "--strip-components=1", "-C", "node_modules/@acme/sum", cwd=user)
    return user


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("target", ["web", "node"])
def test_typescript_compiles_what_uses_a_package_and_node_runs_it(
    npm_project: ProjectFixture, target: str, how: str
) -> None:
    tsc = ("node", hosts() / "typescript" / "bin" / "tsc", "--strict", "--target", "es2022", *HOW[how])
    user = installed(npm_project, target)
    done(*tsc, "--lib", "es2022,dom", "main.ts", cwd=user)
    assert done("node", "main.js", cwd=user) == "5 42\n"
    (user / "main.ts").write_text(CONSUMER.replace("3n", "3"))
    wrong = run(*tsc, "--lib", "es2022,dom", "--noEmit", "main.ts", cwd=user)
    assert not wrong.ok
    assert "'number' is not assignable to parameter of type 'bigint'" in wrong.text


def test_what_is_for_node_only_is_not_found_by_others(npm_project: ProjectFixture) -> None:
    user = installed(npm_project, "node")
    (user / "main.mjs").write_text('import.meta.resolve("@acme/sum"); console.log("found");')
    assert done("node", "main.mjs", cwd=user) == "found\n"
    package = json.loads((user / "node_modules" / "@acme" / "sum" / "package.json").read_text())
    assert list(package["exports"]["."]) == ["types", "node"]
    web = json.loads((npm_project.root / "dist" / "web" / "sum" / "package.json").read_text())
    assert list(web["exports"]["."]) == ["types", "browser", "node", "default"]
