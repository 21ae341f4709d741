"""Starts a server, sends it one request on the loopback device, and ends it; knows no server by name."""

import base64
import http.client
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from wasmforge import process
from wasmforge.process import TICK, Cancel, Done
from wasmforge.smoke.wire import MOST_OUTPUT, Answer, Asked, Job

HOST = "127.0.0.1"

START = 240.0
"""Seconds that a server has to begin to listen: a Viceroy that is not optimised compiles a module of 400 KiB in eight
seconds of a whole processor, and may get little of one."""

Port = Callable[[str], int | None]
"""What a server has printed -> the port it listens on, once it says so."""


def free_port() -> int:
    """A port of the loopback device that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def served(
    argv: Sequence[str], job: Job, folder: Path, env: dict[str, str], port_of: Port, asked: Asked, cancel: Cancel
) -> tuple[Done, Answer | None]:
    """How the server ended, and what it answered: None when it ended before it did.

    `argv` sends what it prints to the files `stdout` and `stderr` of the job.
    """
    stop, ended = Cancel(), threading.Event()
    done: list[Done] = []

    def serve() -> None:
        try:
            done.append(process.run(argv, cwd=folder, env=env, timeout=START + job.timeout + 10, cancel=stop))
        except OSError as e:
            done.append(Done(exit=127, output=f"error: cannot start {argv[0]}: {e.strerror}".encode(), seconds=0))
        ended.set()

    thread = threading.Thread(target=serve, name="server", daemon=True)
    thread.start()
    try:
        port = _listening(job, port_of, ended, cancel)
        answer = _ask(port, asked, job, cancel) if port else None
        if answer is None and not (port or ended.is_set() or cancel):
            answer = Answer(ended="refused", message=f"it did not begin to listen within {START:g} s")
        ended.wait(1.0 if answer is None else 0)
        alive = not ended.is_set()
    finally:
        stop.set()
        thread.join()
    if answer is None and alive and not cancel:
        answer = Answer(ended="refused", message="it closed the connection without an answer")
    return done[0], answer


def _listening(job: Job, port_of: Port, ended: threading.Event, cancel: Cancel) -> int | None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and not cancel:
        said = "".join(Path(p).read_bytes()[: 1 << 16].decode("utf-8", "replace") for p in (job.stdout, job.stderr))
        port = port_of(said)
        if port is not None and _accepts(port):
            return port
        if ended.wait(TICK):
            return None
    return None


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _ask(port: int, asked: Asked, job: Job, cancel: Cancel) -> Answer | None:
    """Send the request; None when the connection broke."""
    connection = http.client.HTTPConnection(HOST, port, timeout=job.timeout)
    over = threading.Event()
    late: list[str] = []

    def guard() -> None:
        deadline = time.monotonic() + job.timeout
        while not over.wait(TICK):
            if cancel or time.monotonic() > deadline or _too_long(job):
                late.append("printed" if _too_long(job) else "timeout")
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)
                return

    thread = threading.Thread(target=guard, daemon=True)
    try:
        connection.connect()
        thread.start()
        body = None if asked.body is None else base64.b64decode(asked.body)
        connection.request(asked.method, asked.path, body=body, headers=asked.headers)
        reply = connection.getresponse()
        content = reply.read(MOST_OUTPUT + 1)
    except (OSError, http.client.HTTPException, ValueError) as e:
        if not late and isinstance(e, TimeoutError):
            late.append("timeout")
        if not late and isinstance(e, ValueError):
            return Answer(ended="refused", message=f"the request cannot be sent: {e}")
        return Answer(ended="printed" if late[0] == "printed" else "timeout") if late else None
    finally:
        over.set()
        connection.close()
    if late:
        return Answer(ended="printed" if late[0] == "printed" else "timeout")
    if len(content) > MOST_OUTPUT:
        return Answer(ended="printed")
    headers = tuple((name.lower(), value) for name, value in reply.getheaders())
    return Answer(ended="replied", status=reply.status, headers=headers, body=base64.b64encode(content).decode())


def _too_long(job: Job) -> bool:
    return any(Path(p).stat().st_size > job.most_output for p in (job.stdout, job.stderr))
