"""`make bench`, the table of sizes: the samples' modules for the web, beside what their toolchains make alone.

Everything is built in a copy of the project, so that what stands in dist is left alone.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import brotli

from wasmforge.app.workspace import Settings, Workspace
from wasmforge.errors import ForgeError
from wasmforge.model.toolchain import ResolvedToolchain

HERE = Path(__file__).parent
PROFILES = ("release", "size")


class Size(NamedTuple):
    """Bytes of a module as it is and compressed, each as hard as it can be."""

    raw: int
    gzip: int
    brotli: int

    def __str__(self) -> str:
        return f"{self.raw:,} / {self.gzip:,} / {self.brotli:,}"


def size_of(file: Path) -> Size:
    """The three sizes of a file."""
    data = file.read_bytes()
    return Size(len(data), len(gzip.compress(data, 9)), len(brotli.compress(data)))


def main() -> None:
    """Build everything and print the table."""
    with tempfile.TemporaryDirectory(prefix="wasmforge-sizes-") as folder:
        project = Path(folder) / "project"
        project.mkdir()
        shutil.copyfile(HERE.parent / "forge.toml", project / "forge.toml")
        shutil.copytree(HERE.parent / "samples", project / "samples", ignore=shutil.ignore_patterns("target", "dist"))
        ours = {profile: _ours(project, profile) for profile in PROFILES}
        plain = {(component, variant): said for component, variant, said in _plain(project, Path(folder))}
    rows = [("module for the web", *(f"wasmforge {p}" for p in PROFILES), "the toolchain alone", "by")]
    for name, variant in dict.fromkeys(key for sizes in ours.values() for key in sizes):
        alone, by = plain.get((name, variant), ("", ""))
        mine = [str(ours[p].get((name, variant), "")) for p in PROFILES]
        rows.append((f"{name} {variant}".rstrip(), *mine, str(alone), by))
    sys.stdout.write("Bytes of each module: raw / gzip -9 / brotli\n\n" + _table(rows) + "\n")


def _ours(project: Path, profile: str) -> dict[tuple[str, str], Size]:
    """Build the samples for the web; sizes by component and variant. What has no toolchain here is left out."""
    command = (Path(sys.executable).parent / "wasmforge", "build", "--target", "web", "--profile", profile)
    done = subprocess.run([*command, "--skip-missing", "--quiet", "-C", project], check=False)
    if done.returncode:
        raise SystemExit(f"wasmforge build --profile {profile} failed")
    record: dict[str, Any] = json.loads((project / "dist" / "manifest.json").read_text())["artifacts"]
    sizes = {}
    for place, artifact in record.items():
        for file in artifact["files"]:
            if file["role"] == "module":
                variant = Path(file["name"]).parent.name
                sizes[artifact["component"], variant] = size_of(project / "dist" / place / file["name"])
    return sizes


def _plain(project: Path, folder: Path) -> Iterator[tuple[str, str, tuple[Size | str, str]]]:
    """Component, variant, and the sizes with the command; or why there are none."""
    entries = tomllib.loads((HERE / "plain.toml").read_text())["plain"]
    workspace = Workspace(Settings(start=project), lambda _: None)
    for nth, entry in enumerate(entries):
        declared = workspace.manifest.components.get(entry["component"])
        if declared is None:
            raise SystemExit(f"plain.toml: there is no component {entry['component']}")
        by = entry["says"]
        try:
            toolchain = workspace.tools.toolchain(entry["toolchain"])
        except ForgeError as e:
            yield entry["component"], entry.get("variant", ""), (f"left out: {e.problems[0].what}"[:60], by)
            continue
        room = folder / str(nth)
        shutil.copytree(project / declared.folder, room)
        yield entry["component"], entry.get("variant", ""), (_alone(entry, toolchain, room), by)


def _alone(entry: dict[str, Any], toolchain: ResolvedToolchain, room: Path) -> Size | str:
    """Run a toolchain's own command in a copy of the component."""
    if toolchain.image:
        return "left out: its toolchain is in an image"
    for name, place in toolchain.links.items():
        (room / name).symlink_to(place)
    words = [w for word in entry["run"] for w in (_globbed(room, word) if "*" in word else [word])]
    argv = [*toolchain.tools[words[0]], *words[1:]]
    done = subprocess.run(
        argv, cwd=room, env={**os.environ, **toolchain.env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(f"{' '.join(words)}:\n{done.stdout}{done.stderr}\n")
        return "failed, see above"
    return size_of(room / _globbed(room, entry["module"])[0])


def _globbed(room: Path, pattern: str) -> list[str]:
    found = sorted(str(p.relative_to(room)) for p in room.glob(pattern))
    if not found:
        raise SystemExit(f"plain.toml: {pattern} matches nothing in {room.name}")
    return found


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Lines of Markdown."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join((lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]))


if __name__ == "__main__":
    main()
