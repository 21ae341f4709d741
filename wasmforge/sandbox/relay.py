"""Runs a program in a network namespace, and forwards connections between that namespace and our Unix sockets outside.

`relay.py FOLDER PORT PROGRAM ARG…` starts the program. The relay keeps a connection to our Unix socket `FOLDER/in`
waiting; when we send a port number on it, the relay connects it to that port of the loopback device inside. If PORT is
not 0, connections to that port inside are forwarded to `FOLDER/out`. Only the relay resolves paths and connects, so
nothing inside can make us connect to anything. It imports only the standard library, to be started in isolation.
"""

import os
import signal
import socket
import sys
import threading

HOST = "127.0.0.1"

YES, NO = b"+", b"-"


def main(words: list[str]) -> int:
    """Start the program and forward until it ends. Returns its exit code, or 128 + N for signal N."""
    folder, port, argv = words[0], int(words[1]), words[2:]
    outwards = None
    if port:
        outwards = socket.create_server((HOST, port), backlog=128)
        os.set_inheritable(outwards.fileno(), False)
    child = os.fork()
    if child == 0:
        for ignored in (signal.SIGXFSZ, signal.SIGPIPE):  # Python ignores them, and the program would inherit that
            signal.signal(ignored, signal.SIG_DFL)
        try:
            os.execvp(argv[0], argv)  # noqa: S606 - becomes a program that a plan named, through no shell
        except OSError as e:
            os.write(2, f"error: cannot start {argv[0]}: {e.strerror}\n".encode())
            os._exit(127)
    threading.Thread(target=_inwards, args=(f"{folder}/in",), daemon=True).start()
    if outwards is not None:
        threading.Thread(target=_outwards, args=(outwards, f"{folder}/out"), daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _inwards(path: str) -> None:
    """Keep one connection to the outside waiting, and connect it to the port that it asks for."""
    while True:
        try:
            ours = _connect(path)
            greeting = ours.recv(16)
        except OSError:  # the other end is closed
            return
        if not greeting:
            return
        try:
            inner = socket.create_connection((HOST, int(greeting)), timeout=5)
        except OSError:
            ours.sendall(NO)
            ours.close()
            continue
        inner.settimeout(None)
        ours.sendall(YES)
        _forward(ours, inner)


def _outwards(server: socket.socket, path: str) -> None:
    """Forward each connection to `server` to the socket outside."""
    while True:
        inner, _ = server.accept()
        try:
            _forward(inner, _connect(path))
        except OSError:
            inner.close()


def _connect(path: str) -> socket.socket:
    ours = socket.socket(socket.AF_UNIX)
    ours.connect(path)
    return ours


def _forward(one: socket.socket, other: socket.socket) -> None:
    """Copy data between two sockets, in both directions."""
    for source, sink in ((one, other), (other, one)):
        threading.Thread(target=_copy, args=(source, sink), daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
    except OSError:
        pass
    for end, how in ((sink, socket.SHUT_WR), (source, socket.SHUT_RD)):
        try:
            end.shutdown(how)
        except OSError:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
