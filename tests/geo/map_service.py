"""A map service on this machine, for tests: style, TileJSON, tiles, letters, symbols, and every way to misbehave."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PBF = "application/x-protobuf"
TILE = b"\x1a\x05tile!"


@dataclass
class Page:
    body: bytes
    kind: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    # What it does instead of answering plainly.
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


class Everywhere(dict[str, Page]):
    """Pages, and one for every path that begins in a certain way."""

    def __init__(self, pages: dict[str, Page], beginnings: dict[str, Page]) -> None:
        super().__init__(pages)
        self.beginnings = beginnings

    def get(self, path: str, default: Page) -> Page:  # type: ignore[override]
        found = (page for start, page in self.beginnings.items() if path.startswith(start))
        return super().get(path) or next(found, default)


class MapService(ThreadingHTTPServer):
    """`pages`: what it has, by path with query. `asked`: (path, headers) of every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, body: Any, kind: str = "", **more: Any) -> Page:
        if not isinstance(body, bytes):
            body, kind = json.dumps(body).encode(), kind or "application/json"
        self.pages[path] = Page(body, kind, **more)
        return self.pages[path]

    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: MapService

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.server.pages.get(self.path, Page(b"not here", "text/plain", 404))
        if page.act:
            return page.act(self)
        self.send_response(page.status)
        for name, value in {"Content-Type": page.kind, "Content-Length": str(len(page.body)), **page.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *args: Any) -> None:
        pass


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each before anybody's patience with the socket ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", PBF)
    handler.end_headers()
    for _ in range(40):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return
        time.sleep(0.1)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """More than anybody wants, without saying so before."""
    handler.send_response(200)
    handler.send_header("Content-Type", PBF)
    handler.end_headers()
    try:
        for _ in range(400):
            handler.wfile.write(b"x" * 65536)
    except OSError:
        return


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Type", PBF)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def furnished() -> MapService:
    """One with everything a style may name."""
    service = MapService()
    put = service.put
    put("/styles/grey.json?key=secret", style(service.url))
    put("/tiles.json", {"tiles": [f"{service.url}/a/{{z}}/{{x}}/{{y}}.pbf"], "maxzoom": 15, "attribution": "© Amt"})
    put("/a/14/8707/5487.pbf", gzip.compress(TILE), PBF, headers={"Content-Encoding": "gzip", "Set-Cookie": "id=1"})
    put("/photo/3/4/2@.webp?token=t", b"RIFF", "image/webp")
    put("/font/Noto%20Sans%20Bold/0-255.pbf", b"letters", "application/octet-stream")
    put("/sprites/grey.json?key=secret", {"pin": {"x": 0}}, "text/plain")
    put("/sprites/grey@2x.png?key=secret", b"\x89PNG", "image/png")
    threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return service


def style(url: str) -> dict[str, Any]:
    return {
        "version": 8,
        "metadata": {"from": url},
        "center": [10, 51],
        "glyphs": f"{url}/font/{{fontstack}}/{{range}}.pbf",
        "sprite": f"{url}/sprites/grey?key=secret",
        "font-faces": {"Noto": f"{url}/noto.woff2"},
        "sources": {
            "labels": {"type": "vector", "url": "../tiles.json"},
            "photo/1": {
                "type": "raster",
                "tileSize": 256,
                "tiles": [f"{url}/photo/{{z}}/{{x}}/{{y}}@{{ratio}}.webp?token=t"],
            },
            "film": {"type": "video", "urls": [f"{url}/film.mp4"], "coordinates": []},
            "border": {"type": "geojson", "data": f"{url}/border.json"},
            "frame": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}},
        },
        "layers": [
            {"id": "land", "type": "background"},
            {"id": "photo", "type": "raster", "source": "photo/1"},
            {"id": "film", "type": "raster", "source": "film"},
            {"id": "border", "type": "line", "source": "border"},
            {"id": "frame", "type": "line", "source": "frame"},
            {
                "id": "reports",
                "type": "symbol",
                "source": "labels",
                "source-layer": "names",
                "layout": {
                    "text-font": [
                        "step",
                        ["zoom"],
                        ["literal", ["Noto Sans Regular"]],
                        12,
                        ["literal", ["Noto Sans Bold"]],
                    ]
                },
            },
        ],
    }
