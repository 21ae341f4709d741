"""The sandbox policy of an action: its directory, its toolchain, and the toolchain's cache."""

from pathlib import Path

from wasmforge.model.plan import Action
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.sandbox import Policy, readable
from wasmforge.store.cache_dirs import CacheDirs


def action_policy(
    action: Action, toolchain: ResolvedToolchain, directory: Path, cache_dirs: CacheDirs, more: tuple[str, ...] = ()
) -> Policy:
    """The policy for an action in its private directory; `more` are further paths that it may read."""
    scratch = str(cache_dirs.cache / "scratch")
    writable_caches = [v for v in (*toolchain.env.values(), toolchain.cache or "") if v.startswith(f"{scratch}/")]
    return Policy(
        directory=str(directory),
        writable=(str(directory), *dict.fromkeys(writable_caches), *download_folders(action, toolchain, cache_dirs)),
        readable=(*readable(toolchain), *more),
        network=action.network,
    )


def download_folders(action: Action, toolchain: ResolvedToolchain, cache_dirs: CacheDirs) -> tuple[str, ...]:
    """The folder for downloads of a command with network, as a tuple; empty for other commands."""
    return (str(cache_dirs.downloads(toolchain.identity, action.argv, action.env)),) if action.network else ()
