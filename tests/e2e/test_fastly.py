"""The package for Fastly Compute, as the Fastly CLI itself sees it."""

import tarfile
import tomllib
from pathlib import Path

from tests.support.npm_hosts import done, fastly, run
from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.edge]
path = "edge"
language = "wat"
recipe = "wat"
targets = ["fastly"]
"""

EDGE = '(module (memory (export "memory") 1) (func (export "_start")))'

OWN = '# by hand\r\nmanifest_version = 3\nname = "mine"\nlanguage = "rust"\n'


def packed(project: ProjectFixture, **files: str) -> Path:
    """The delivered folder, after its archive was found to hold exactly what lies beside it."""
    project.write({"forge.toml": FORGE, "edge/edge.wat": EDGE, **files})
    project.build()
    folder = project.root / "dist" / "fastly" / "edge"
    with tarfile.open(folder / "pkg" / "edge.tar.gz") as archive:
        held = {m.name: found.read() for m in archive if (found := archive.extractfile(m))}
    lying = {f"edge/{name}": (folder / name).read_bytes() for name in ("fastly.toml", "bin/main.wasm")}
    assert held == lying
    return folder


def test_the_fastly_cli_takes_the_package(project: ProjectFixture) -> None:
    folder = packed(project)
    assert "Validated package" in done(fastly(), "compute", "validate", "--package", "pkg/edge.tar.gz", cwd=folder)
    (folder / "pkg" / "other.tar.gz").write_bytes(b"not an archive")
    assert not run(fastly(), "compute", "validate", "--package", "pkg/other.tar.gz", cwd=folder).ok
    assert tomllib.loads((folder / "fastly.toml").read_text())["name"] == "edge"


def test_a_persons_own_fastly_toml_is_taken_as_it_is_and_an_edit_of_it_is_seen(project: ProjectFixture) -> None:
    folder = packed(project, **{"edge/fastly.toml": OWN})
    assert (folder / "fastly.toml").read_bytes() == OWN.encode()
    done(fastly(), "compute", "validate", "--package", "pkg/edge.tar.gz", cwd=folder)
    packed(project, **{"edge/fastly.toml": OWN.replace("mine", "yours")})
    assert b"yours" in (folder / "fastly.toml").read_bytes()


def test_another_name_for_it_must_be_there_and_be_right(project: ProjectFixture) -> None:
    forge = FORGE + 'options = { fastly-toml = "conf/edge.toml" }\n'
    project.write({"forge.toml": forge, "edge/edge.wat": EDGE})
    ended = project.run("build")
    assert ended.exit == 2, ended.output
    assert ": components.edge.options.fastly-toml: no file conf/edge.toml in edge/" in ended.output
    project.write({"edge/conf/edge.toml": 'name = "x"\n'})
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert "manifest_version must be 3, not None" in ended.output
    project.write({"edge/conf/edge.toml": OWN})
    project.build()
    assert project.dist()["fastly/edge/fastly.toml"] == OWN.encode()
