"""A map service behind our own address: what browsers get, and what they never notice."""

import gzip
import json
import time

import pytest
from django.core.cache import cache

from geo.proxy import fetch, held
from tests.geo import map_service
from tests.geo.map_service import PBF, TILE

STYLE = "/basiskarte/style.json"
TILE_PATH = "/basiskarte/tiles/basis-0/0/14/8707/5487"
THEIR_TILE = "/a/14/8707/5487.pbf"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    held._held.clear()
    fetch._resting.clear()


@pytest.fixture
def service(settings):
    """The map service, and a city that uses it."""
    service = map_service.furnished()
    settings.MANGEL_BASEMAP = f"{service.url}/styles/grey.json?key=secret"
    yield service
    service.shutdown()
    service.server_close()


@pytest.fixture
def impatient(monkeypatch):
    """The same patience, in tenths of seconds."""
    monkeypatch.setattr(fetch, "TIMEOUT_S", 0.4)


@pytest.fixture
def clock(monkeypatch):
    """clock(seconds) lets time pass for what is held."""
    passed = [0.0]
    monkeypatch.setattr(held, "time", type("Clock", (), {"time": staticmethod(lambda: time.time() + passed[0])}))
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


# --- style ----------------------------------------------------------------------------------------------


def test_the_style_names_us_alone(client, service):
    answer = client.get(STYLE)
    assert answer["Content-Type"] == "application/json"
    assert "http" not in answer.content.decode()
    assert "secret" not in answer.content.decode()
    style = answer.json()
    assert style["glyphs"] == "/basiskarte/glyphs/{fontstack}/{range}"
    assert style["sprite"] == "/basiskarte/sprite/0"
    assert style["sources"]["basis-0"] == {
        "type": "vector",
        "attribution": "© Amt",
        "maxzoom": 15,
        "tiles": ["/basiskarte/tiles/basis-0/0/{z}/{x}/{y}"],
    }
    assert style["sources"]["basis-1"]["tiles"] == ["/basiskarte/tiles/basis-1/0/{z}/{x}/{y}"]


def test_its_names_cannot_hide_our_layers_and_what_we_cannot_hand_on_is_left_out(client, service):
    style = client.get(STYLE).json()
    assert [layer["id"] for layer in style["layers"]] == ["basis/land", "basis/photo", "basis/frame", "basis/reports"]
    assert set(style["sources"]) == {"basis-0", "basis-1", "basis-4"}
    assert style["layers"][-1]["source"] == "basis-0"


def test_a_style_that_names_nobody_is_credited_to_its_host(client, service):
    service.put("/tiles.json", {"tiles": ["/a/{z}/{x}/{y}.pbf"]})
    assert client.get(STYLE).json()["sources"]["basis-0"]["attribution"] == "© 127.0.0.1"


def test_several_sprites_keep_their_ids(client, service):
    style = map_service.style(service.url) | {"sprite": [{"id": "a", "url": "/s/one"}, {"id": "b", "url": "/s/two"}]}
    service.put("/styles/grey.json?key=secret", style)
    service.put("/s/two.png", b"\x89PNG", "image/png")
    assert client.get(STYLE).json()["sprite"][1] == {"id": "b", "url": "/basiskarte/sprite/1"}
    assert client.get("/basiskarte/sprite/1.png").content == b"\x89PNG"


def test_the_style_is_read_once_an_hour_by_all_processes_together(client, service, clock):
    first = client.get(STYLE)
    held._held.clear()  # as in another process
    again = client.get(STYLE, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert len(service.asked) == 2  # style and TileJSON
    clock(held.FRESH_S + 1)
    client.get(STYLE)
    assert len(service.asked) == 4


def test_when_the_service_goes_down_the_old_copy_stays(client, service, clock):
    before = client.get(STYLE).content
    service.put("/styles/grey.json?key=secret", b"", "text/html", status=500)
    clock(held.FRESH_S + 1)
    assert client.get(STYLE).content == before
    asked = len(service.asked)
    assert client.get(STYLE).content == before
    assert len(service.asked) == asked  # and it is left alone for a while
    service.put("/styles/grey.json?key=secret", map_service.style(service.url) | {"name": "new"})
    clock(held.PATIENCE_S + 1)
    assert client.get(STYLE).json()["name"] == "new"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"version": 8, "layers": [], "sources": {"a": {"type": "vector"}}}',
        b'{"version": 8, "layers": [], "sources": {"a": {"type": "vector", "tiles": []}}}',
        b'{"version": 8, "layers": [], "sources": {"a": {"type": "vector", "url": "/nowhere.json"}}}',
        b'{"version": 8, "layers": [], "sources": {"a": {"type": "vector", "tiles": ["file:///etc/{z}"]}}}',
        b'{"version": 8, "layers": [], "sources": {"a": {"type": "vector", "url": "mapbox://streets"}}}',
        b'{"version": 8, "layers": [], "sources": {}, "sprite": "file:///etc/passwd"}',
        b'{"version": 8, "layers": [NaN], "sources": {}}',
        b'{"version": 8, "layers": ["a"], "sources": {}}',
        b'{"version": 7, "layers": [], "sources": {}}',
        b"[" * 100_000,
        b'{"version": 8, "layers": [], "sources": {}, "name": "\\ud800"}',
    ],
)
def test_what_is_no_style_is_a_502_that_says_what_still_works(client, service, body):
    service.put("/styles/grey.json?key=secret", body, "application/json")
    answer = client.get(STYLE)
    assert (answer.status_code, answer["Content-Type"]) == (502, PROBLEM)
    assert "Meldungen und Gebiete sind es" in answer.json()["title"]


# --- tiles, letters, symbols -----------------------------------------------------------------------------


def test_a_tile_comes_packed_as_it_was_with_its_own_type_and_may_be_kept(client, service):
    answer = client.get(TILE_PATH, headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(answer.content) == TILE
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "max-age=86400" in answer["Cache-Control"]
    assert "Accept-Encoding" in answer["Vary"]
    assert not answer.cookies
    again = client.get(TILE_PATH, headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert service.paths().count(THEIR_TILE) == 1  # the second came from our cache


def test_a_client_without_gzip_gets_it_unpacked(client, service):
    answer = client.get(TILE_PATH)
    assert answer.content == TILE
    assert "Content-Encoding" not in answer


def test_nothing_of_the_visitor_reaches_the_service(client, service):
    client.cookies["sessionid"] = "of-the-visitor"
    client.get(TILE_PATH, headers={"referer": "https://melden.example.org/", "x-forwarded-for": "203.0.113.9"})
    for _path, headers in service.asked:
        assert set(headers) <= {"host", "user-agent", "accept-encoding", "connection"}
        assert headers["user-agent"].startswith("Mangel")


def test_pictures_letters_and_symbols_come_too(client, service):
    assert client.get("/basiskarte/tiles/basis-1/0/3/4/2")["Content-Type"] == "image/webp"
    letters = client.get("/basiskarte/glyphs/Noto Sans Bold/0-255")
    assert (letters.content, letters["Content-Type"]) == (b"letters", PBF)
    symbols = client.get("/basiskarte/sprite/0.json")
    assert (symbols.json(), symbols["Content-Type"]) == ({"pin": {"x": 0}}, "application/json")
    assert client.get("/basiskarte/sprite/0@2x.png")["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/wms?bbox={bbox-epsg-3857}", "/wms?bbox=0.0,0.0,10018754.171394622,10018754.171394622"),
        ("/q/{quadkey}/{prefix}", "/q/12/21"),
    ],
)
def test_other_ways_to_address_a_tile(client, service, template, path):
    service.put("/tiles.json", {"tiles": [service.url + template]})
    service.put(path, TILE, PBF)
    assert client.get("/basiskarte/tiles/basis-0/0/2/2/1").content == TILE


@pytest.mark.django_db  # the page of an unknown address names the city
@pytest.mark.parametrize(
    "path",
    [
        "tiles/basis-0/1/14/8707/5487",  # the style has one template
        "tiles/labels/0/14/8707/5487",
        "tiles/basis-2/0/14/8707/5487",  # a video
        "tiles/basis-0/0/23/0/0",
        "tiles/basis-0/0/3/8/0",
        "tiles/basis-0/0/a/0/0",
        "glyphs/Fira Sans,system-ui,sans-serif/0-255",  # ours: the browser draws them itself
        "glyphs/Noto Sans Bold/1-256",
        "glyphs/Noto Sans Bold/0-511",
        "glyphs/Noto Sans Bold/65536-65791",
        "glyphs/../../etc/passwd/0-255",
        "sprite/1.png",
        "sprite/0@3x.png",
        "sprite/0.svg",
        "http://127.0.0.1/",
        "tiles/http:/127.0.0.1/0/0/0",
    ],
)
def test_only_what_the_style_names_is_fetched(client, service, path):
    client.get(STYLE)
    asked = len(service.asked)
    assert client.get(f"/basiskarte/{path}").status_code == 404
    assert len(service.asked) == asked


def test_a_tile_the_service_does_not_have_is_a_404_and_an_empty_one_stays_empty(client, service):
    assert client.get("/basiskarte/tiles/basis-0/0/14/1/1").status_code == 404
    service.put("/a/14/2/2.pbf", b"", "", status=204)
    assert client.get("/basiskarte/tiles/basis-0/0/14/2/2").status_code == 204
    assert client.get(TILE_PATH).status_code == 200  # neither counts as trouble


def test_no_posting(client, service, db):
    assert client.post(TILE_PATH).status_code == 405


# --- trouble --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/javascript", "image/png", ""])
def test_a_kind_that_is_no_vector_tile_is_not_handed_on(client, service, kind):
    service.put(THEIR_TILE, b"<script>alert(1)</script>", kind)
    answer = client.get(TILE_PATH)
    assert (answer.status_code, answer["Content-Type"]) == (502, PROBLEM)
    assert b"alert" not in answer.content


def test_an_index_of_symbols_that_is_no_json_is_not_handed_on(client, service):
    service.put("/sprites/grey.json?key=secret", b"<script>", "application/json")
    assert client.get("/basiskarte/sprite/0.json").status_code == 502


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (gzip.compress(b"\0" * 50_000_000), "gzip"),  # 50 kB that unpack to 50 MB
        (b"no gzip", "gzip"),
        (gzip.compress(TILE * 99)[:-9], "gzip"),
        (TILE, "br"),
    ],
)
def test_broken_and_exploding_packets_are_refused(client, service, body, packing):
    service.put(THEIR_TILE, body, PBF, headers={"Content-Encoding": packing})
    assert client.get(TILE_PATH, headers={"accept-encoding": "gzip"}).status_code == 502


@pytest.mark.parametrize("act", [map_service.trickle, map_service.flood, map_service.cut_off, map_service.hang_up])
def test_a_service_that_trickles_floods_or_breaks_off_costs_a_moment(client, service, impatient, act):
    service.put(THEIR_TILE, b"", act=act)
    client.get(STYLE)
    began = time.monotonic()
    assert client.get(TILE_PATH).status_code == 502
    assert time.monotonic() - began < 2


def test_a_slow_service_is_asked_once_and_then_left_alone(client, service, impatient, monkeypatch):
    client.get(STYLE)
    service.put(THEIR_TILE, b"", act=lambda handler: time.sleep(1))
    assert client.get(TILE_PATH).status_code == 502
    asked, began = len(service.asked), time.monotonic()
    for x in range(20):
        assert client.get(f"/basiskarte/tiles/basis-0/0/14/{x}/0").status_code == 502
    assert len(service.asked) == asked
    assert time.monotonic() - began < 1
    monkeypatch.setattr(fetch, "_resting", {})  # the pause is over
    service.put(THEIR_TILE, TILE, PBF)
    assert client.get(TILE_PATH).content == TILE


def test_one_thread_is_always_left_for_reports(client, service, monkeypatch):
    client.get(STYLE)
    monkeypatch.setattr(fetch, "WAIT_FOR_TURN_S", 0.01)
    for _ in range(fetch.AT_ONCE):
        assert fetch._turns.acquire(blocking=False)
    try:
        assert client.get(TILE_PATH).status_code == 502
    finally:
        for _ in range(fetch.AT_ONCE):
            fetch._turns.release()
    assert client.get(TILE_PATH).status_code == 200


def test_a_redirect_leads_to_the_web_only(client, service):
    service.put(THEIR_TILE, b"", "", status=302, headers={"Location": "/b.pbf"})
    service.put("/b.pbf", TILE, PBF)
    assert client.get(TILE_PATH).content == TILE
    service.put("/a/14/1/1.pbf", b"", "", status=302, headers={"Location": "file:///etc/passwd"})
    assert client.get("/basiskarte/tiles/basis-0/0/14/1/1").status_code == 502


def test_the_log_does_not_tell_the_key(client, service, caplog):
    service.put("/styles/grey.json?key=secret", b"", "", status=403)
    assert client.get(STYLE).status_code == 502
    assert f"map service {service.url.removeprefix('http://')}: status 403" in caplog.text
    assert "secret" not in caplog.text


def test_a_service_that_is_not_there_at_all_is_a_502(client, settings):
    settings.MANGEL_BASEMAP = "http://127.0.0.1:1/style.json"
    assert client.get(STYLE).status_code == 502
    assert client.get(TILE_PATH).status_code == 502


@pytest.mark.parametrize("setting", ["own", "none"])
def test_without_a_service_there_is_nothing_under_its_address(client, settings, setting):
    settings.MANGEL_BASEMAP = setting
    for path in (STYLE, TILE_PATH, "/basiskarte/sprite/0.png", "/basiskarte/glyphs/Noto Sans Bold/0-255"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_what_is_kept_in_the_cache_does_not_depend_on_redis(client, service, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *args, **more: None)
    client.get(TILE_PATH)
    assert client.get(TILE_PATH).content == TILE
    assert service.paths().count("/styles/grey.json?key=secret") == 1
    assert json.loads(client.get(STYLE).content)["version"] == 8
