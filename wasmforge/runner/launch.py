"""Launches a command: in a container if its tools are in an image, else on this machine in the sandbox."""

from collections.abc import Iterable
from pathlib import Path

from wasmforge import sandbox
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.recipes.template import CWD
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.runner.action_policy import action_policy, download_folders
from wasmforge.runner.executor import ActionFailedError, Launch
from wasmforge.store.cache_dirs import CacheDirs, make_folder
from wasmforge.toolchains.environment import action_environment


def launcher(confinement: sandbox.Sandbox, cache_dirs: CacheDirs) -> Launch:
    """Returns what runs an action's command to its end: in a container, or on this machine in `confinement`."""

    def launch(action: Action, toolchain: ResolvedToolchain, directory: Path, cancel: CancelToken) -> ProcessResult:
        if toolchain.image is None:
            return launch_local(action, toolchain, directory, cancel, confinement, cache_dirs)
        from wasmforge.runner.launch_container import launch_in_container

        return launch_in_container(action, toolchain, directory, cancel, cache_dirs)

    return launch


def launch_local(
    action: Action,
    toolchain: ResolvedToolchain,
    directory: Path,
    cancel: CancelToken,
    confinement: sandbox.Sandbox,
    cache_dirs: CacheDirs,
) -> ProcessResult:
    """Run the command on this machine, in its private directory. Raises ActionFailedError when it cannot be started."""
    fetch_env: dict[str, str] = {}
    extra_readable: tuple[str, ...] = ()
    if action.network:
        from wasmforge.runner.fetch_environment import prepare_fetching

        (downloads,) = download_folders(action, toolchain, cache_dirs)
        fetch_env, extra_readable = prepare_fetching(make_folder(directory / ".home"), Path(downloads))
    env = action_environment(
        directory, toolchain.programs, fetch_env, toolchain.env, action.env, network=action.network
    )
    argv = [word.replace(CWD, str(directory)) for word in real_argv(action, toolchain)]
    policy = action_policy(action, toolchain, directory, cache_dirs, extra_readable)
    try:
        return sandbox.run(confinement, argv, policy, env=env, timeout=action.timeout, cancel=cancel)
    except OSError as e:
        raise ActionFailedError(f"cannot start {argv[0]}: {e.strerror}", "") from None


def real_argv(action: Action, toolchain: ResolvedToolchain) -> tuple[str, ...]:
    """The command with its first word replaced by the command line that starts the tool on this machine."""
    return (*toolchain.tools[action.argv[0]], *action.argv[1:])


def sweep_engine(toolchains: Iterable[ResolvedToolchain]) -> None:
    """Remove the containers that killed builds left behind, if any of the toolchains is in an image."""
    if any(toolchain.image for toolchain in toolchains):
        from wasmforge.containers.container_run import sweep_containers
        from wasmforge.containers.engine import find_engine

        sweep_containers(find_engine())
