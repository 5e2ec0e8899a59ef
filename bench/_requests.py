"""Requests straight into the WSGI application, so that only the product's own work is measured."""

import gzip
import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench._cost import Cost, backends, measured

HOST = "localhost"


@dataclass
class Answer:
    """What came back, and what it cost."""

    status: int
    headers: dict[str, str]
    body: bytes
    cost: Cost

    @property
    def zipped(self) -> int:
        """Bytes on the line for a browser that takes gzip."""
        return len(self.body) if "Content-Encoding" in self.headers else len(gzip.compress(self.body, 6))

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    media_type: str = "",
    headers: dict[str, str] | None = None,
    pids: list[int] | None = None,
) -> Answer:
    """One request through every middleware. `pids`: server processes to watch (default: all of this database)."""
    from config.wsgi import application

    parts = urlsplit(path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "HTTP_HOST": HOST,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": media_type,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }
    told: dict[str, Any] = {}

    def start_response(status: str, given: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        told["status"], told["headers"] = int(status.split()[0]), dict(given)

    with measured(backends() if pids is None else pids) as cost:
        response = application(environ, start_response)
        content = b"".join(response)
        response.close()  # ends the request: connections go back
    return Answer(told["status"], told["headers"], content, cost)


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """(body, media type) of a form with files."""
    mark, out = "mangelbench", io.BytesIO()
    for name, value in fields.items():
        out.write(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (file, content) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        out.write(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + content + b"\r\n")
    out.write(f"--{mark}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={mark}"
