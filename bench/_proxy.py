"""A TCP proxy between browser and server, one request a connection, that can go away, or cut after the commit."""

import socket
import struct
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

LONGEST_S = 60
LINGER_0 = struct.pack("ii", 1, 0)  # close() sends RST: the line is cut, not hung up politely


class Proxy:
    """Use as a context manager. `cuts`: method → how many answers to reports to come are swallowed, once the server has
    given them (so it has committed). `files`: path → content to answer with instead (a newer service worker)."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.cuts: dict[str, int] = {}
        self.swallowed = 0
        self.files: dict[str, Path] = {}
        self.requests: list[tuple[str, str]] = []
        self.listener: socket.socket | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.come_back()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_away()

    def come_back(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(128)
        self.port, self.listener = listener.getsockname()[1], listener
        threading.Thread(target=self.listen, args=(listener,), daemon=True).start()

    def go_away(self) -> None:
        """No network: connections are refused."""
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None

    def listen(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line: socket.socket) -> None:
        line.settimeout(LONGEST_S)
        with line:
            try:
                self.pass_on(line)
            except OSError:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)

    def pass_on(self, line: socket.socket) -> None:
        head, rest = read_head(line)
        if not head:
            return
        method, path, _version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self.requests.append((method, path))
        if path in self.files:
            return line.sendall(script(self.files[path].read_bytes()))
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=LONGEST_S) as server:
            server.sendall(closing(head) + rest)
            left = content_length(head) - len(rest)
            while left > 0 and (piece := line.recv(min(left, 65536))):
                server.sendall(piece)
                left -= len(piece)
            answer = b""
            cut = self.cuts.get(method, 0) > 0 and path.startswith("/api/v1/reports/")
            while piece := server.recv(65536):
                if cut:
                    answer += piece
                else:
                    line.sendall(piece)
        if cut and answer:
            self.cuts[method] -= 1
            self.swallowed += 1
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)


def read_head(line: socket.socket) -> tuple[bytes, bytes]:
    """(head with its empty line, what came of the body already)."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return b"", b""
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def content_length(head: bytes) -> int:
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def closing(head: bytes) -> bytes:
    """The head with `Connection: close`: one request per connection keeps this proxy simple."""
    rows = [row for row in head.split(b"\r\n") if not row.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([rows[0], b"Connection: close", *rows[1:]])


def script(body: bytes) -> bytes:
    rows = [
        *("HTTP/1.1 200 OK", "Content-Type: application/javascript"),
        *(f"Content-Length: {len(body)}", "Connection: close"),
    ]
    return "\r\n".join([*rows, "", ""]).encode() + body
