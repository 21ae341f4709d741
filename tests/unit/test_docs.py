"""The documents name files that exist, and import-linter's contracts leave no package out."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FILE = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|toml|mjs))(?:::\w+)?`")

BASES = ("", "wasmforge", "wasmforge/sandbox", "wasmforge/model", "tests")
"""Where a path in the documents may begin; sections about `sandbox` and `model` leave their folder out."""

ANY = {"NAME.toml", "recipes/NAME.toml", "toolchains/NAME.toml", "targets/NAME.toml", "forge.toml", "Cargo.toml"} | {
    "fastly.toml",  # files of users
    "utils.py",  # what we refuse
    "toolchains/X.toml",
}


@pytest.mark.parametrize("document", ["docs/design.md", "CONTRIBUTING.md", "docs/security.md"])
def test_every_file_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = {name for name in FILE.findall(text) if name not in ANY}
    assert len(named) > 10
    assert not {n for n in named if not any((ROOT / base / n).exists() for base in BASES) and not _is_local(n)}


def _is_local(name: str) -> bool:
    """Whether a bare name is a module of some package, as in "`runner/executor.py`: `workdir.py` writes …"."""
    return "/" not in name and any((ROOT / "wasmforge").glob(f"**/{name}"))


def test_each_contract_of_a_dependency_lists_every_other_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    ours = {f"wasmforge.{p.stem}" for p in (ROOT / "wasmforge").iterdir() if _is_ours(p)}
    dependencies = [c for c in contracts if " lives in " in c["name"] or " live in " in c["name"]]
    assert dependencies
    for contract in dependencies:
        homes = {f"wasmforge.{home}" for home in re.findall(r"\w+", re.split(" lives? in ", contract["name"])[1])}
        assert ours - homes == set(contract["source_modules"]), contract["name"]


def test_the_contract_of_the_command_line_lists_every_package_that_it_must_not_import() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (c for c in contracts if c["name"].startswith("cli parses and prints"))
    ours = {f"wasmforge.{p.stem}" for p in (ROOT / "wasmforge").iterdir() if _is_ours(p)}
    permitted = {"app", "cli", "errors", "model", "report", "safe_paths", "serve", "uptodate", "version"}
    assert ours - {f"wasmforge.{name}" for name in permitted} == set(contract["forbidden_modules"])


def _is_ours(path: Path) -> bool:
    if path.is_dir():
        return (path / "__init__.py").exists()
    return path.suffix == ".py" and not path.stem.startswith("__")
