"""The base of drivers for HTTP servers: starts the program in the sandbox, sends one request, returns the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge import sandbox
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.http_exchange import FindPort, connect_loopback, exchange
from wasmforge.runtimes.program import limited_command, resolve_program, runtime_environment, runtime_files
from wasmforge.runtimes.protocol import Answer, HttpRequest, Job
from wasmforge.sandbox import Policy


@dataclass(frozen=True, kw_only=True)
class ServerDriver:
    """A runtime that listens on the loopback device of this machine."""

    file: RuntimeFile
    context: RuntimeContext
    uses_glue: bool = False
    uses_aot: bool = False
    shares_memory: bool = False

    def unavailable(self) -> UnavailableRuntime | None:
        """Why its program cannot be used. One in an image cannot: its container has no network."""
        toolchain = self.context.toolchain(self.file)
        if isinstance(toolchain, UnavailableRuntime):
            return toolchain
        if toolchain.image:
            return UnavailableRuntime(
                why=f"{self.file.name} is in an image, where no request reaches it", fix="install it here"
            )
        return None

    def identity(self) -> str:
        """The identity of its toolchain."""
        return self.context.identity(self.file)

    def serve(
        self,
        arguments: Sequence[str],
        job: Job,
        folder: Path,
        port_of: FindPort,
        request: HttpRequest | None,
        readable: tuple[str, ...],
    ) -> tuple[ProcessResult, Answer | None]:
        """Start the server with these arguments and send it the request, or with None only wait until it listens.

        Beside its folder it may read the paths `readable`. Returns how the server ended, and the answer if it gave one.
        """
        argv = limited_command(job, (*resolve_program(self.context.tool(self.file)), *arguments))
        confinement = self.context.sandbox
        policy = Policy(
            directory=str(folder),
            writable=(str(Path(job.answer).parent),),
            readable=(*runtime_files(self.context, self.file), *readable),
            listens=True,
        )
        if confinement.kind != "bubblewrap":

            def serve(timeout: float, stop: CancelToken) -> ProcessResult:
                return sandbox.run(confinement, argv, policy, env=runtime_environment(), timeout=timeout, cancel=stop)

            return exchange(serve, connect_loopback, job, port_of, request, self.context.cancel)
        from wasmforge.sandbox.tunnel import Tunnel

        tunnel = Tunnel()
        inner_policy = msgspec.structs.replace(policy, sockets=(tunnel.folder,))

        def relayed(timeout: float, stop: CancelToken) -> ProcessResult:
            command = tunnel.words(argv)
            return sandbox.run(
                confinement, command, inner_policy, env=runtime_environment(), timeout=timeout, cancel=stop
            )

        try:
            return exchange(relayed, tunnel.connect, job, port_of, request, self.context.cancel)
        finally:
            tunnel.close()
