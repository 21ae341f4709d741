"""Starts a server, sends it one request on the loopback device, ends it, and returns the answer."""

import base64
import http.client
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wasmforge.process import POLL_INTERVAL_S, CancelToken, ProcessResult
from wasmforge.runtimes.protocol import MAX_OUTPUT_BYTES, Answer, HttpRequest, Job

HOST = "127.0.0.1"

LISTEN_TIMEOUT_S = 240.0
"""Seconds that a server has to begin to listen: a Viceroy built without optimization needs eight seconds of
processor time to compile a module of 400 KiB, and may get a small share of a processor."""

FindPort = Callable[[str], int | None]
"""From what a server has printed to the port that it listens on; None until that is known."""

Connect = Callable[[int, float], socket.socket]
"""Connects to a port of the server's loopback device within so many seconds. Raises OSError."""


def free_port() -> int:
    """A port of the loopback device that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def connect_loopback(port: int, timeout: float) -> socket.socket:
    """A connection to a port of this machine's loopback device. Raises OSError."""
    return socket.create_connection((HOST, port), timeout)


def exchange(
    start: Callable[[float, CancelToken], ProcessResult],
    connect: Connect,
    job: Job,
    port_of: FindPort,
    request: HttpRequest | None,
    cancel: CancelToken,
) -> tuple[ProcessResult, Answer | None]:
    """Start a server, send it the request, and end it. Returns how it ended, and its answer.

    The answer is None when the server ended first. Without a request it only has to listen. `start` runs the server
    for at most so many seconds, or until the token is set; its output goes to the job's `stdout` and `stderr`.
    """
    stop, ended = CancelToken(), threading.Event()
    done: list[ProcessResult] = []

    def serve() -> None:
        try:
            done.append(start(LISTEN_TIMEOUT_S + job.timeout + 10, stop))
        except OSError as e:
            done.append(ProcessResult(exit=127, output=f"error: cannot start it: {e.strerror}".encode(), seconds=0))
        ended.set()

    thread = threading.Thread(target=serve, name="server", daemon=True)
    thread.start()
    try:
        port = _wait_for_port(job, port_of, connect, ended, cancel)
        answer = (
            None
            if not port
            else _send_request(port, connect, request, job, cancel)
            if request
            else Answer(ended="loaded")
        )
        if answer is None and not (port or ended.is_set() or cancel):
            answer = Answer(ended="refused", message=f"it did not begin to listen within {LISTEN_TIMEOUT_S:g} s")
        ended.wait(1.0 if answer is None else 0)
        alive = not ended.is_set()
    finally:
        stop.set()
        thread.join()
    if answer is None and alive and not cancel:
        answer = Answer(ended="refused", message="it closed the connection without an answer")
    return done[0], answer


def _wait_for_port(
    job: Job, port_of: FindPort, connect: Connect, ended: threading.Event, cancel: CancelToken
) -> int | None:
    deadline = time.monotonic() + LISTEN_TIMEOUT_S
    while time.monotonic() < deadline and not cancel:
        output = "".join(Path(p).read_bytes()[: 1 << 16].decode("utf-8", "replace") for p in (job.stdout, job.stderr))
        port = port_of(output)
        if port is not None and _accepts(port, connect):
            return port
        if ended.wait(POLL_INTERVAL_S):
            return None
    return None


def _accepts(port: int, connect: Connect) -> bool:
    try:
        connect(port, 1.0).close()
    except OSError:
        return False
    return True


def _send_request(port: int, connect: Connect, request: HttpRequest, job: Job, cancel: CancelToken) -> Answer | None:
    """Send the request; None when the connection broke."""
    connection = http.client.HTTPConnection(HOST, port, timeout=job.timeout)
    over = threading.Event()
    late: list[str] = []

    def guard() -> None:
        deadline = time.monotonic() + job.timeout
        while not over.wait(POLL_INTERVAL_S):
            if cancel or time.monotonic() > deadline or _too_long(job):
                late.append("output-limit" if _too_long(job) else "timeout")
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)
                return

    thread = threading.Thread(target=guard, daemon=True)
    try:
        connection.sock = connect(port, job.timeout)
        connection.sock.settimeout(job.timeout)
        thread.start()
        body = None if request.body is None else base64.b64decode(request.body)
        connection.request(request.method, request.path, body=body, headers=request.headers)
        reply = connection.getresponse()
        content = reply.read(MAX_OUTPUT_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as e:
        if not late and isinstance(e, TimeoutError):
            late.append("timeout")
        if not late and isinstance(e, ValueError):
            return Answer(ended="refused", message=f"the request cannot be sent: {e}")
        return Answer(ended="output-limit" if late[0] == "output-limit" else "timeout") if late else None
    finally:
        over.set()
        connection.close()
    if late:
        return Answer(ended="output-limit" if late[0] == "output-limit" else "timeout")
    if len(content) > MAX_OUTPUT_BYTES:
        return Answer(ended="output-limit")
    headers = tuple((name.lower(), value) for name, value in reply.getheaders())
    return Answer(ended="replied", status=reply.status, headers=headers, body=base64.b64encode(content).decode())


def _too_long(job: Job) -> bool:
    return any(Path(p).stat().st_size > job.most_output for p in (job.stdout, job.stderr))
