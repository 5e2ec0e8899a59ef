"""Pages and JSON travel small; what is compressed already, or asked for plain, is left alone."""

import gzip
import json

import pytest

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("address", ["/", "/melden/", "/api/v1/categories/"])
def test_pages_and_json_are_compressed_for_who_understands_it(client, city, address):
    plain = client.get(address)
    small = client.get(address, headers=GZIP)
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert len(gzip.decompress(small.content)) == pytest.approx(len(plain.content), rel=0.02)  # tokens are random
    assert "Content-Encoding" not in plain


def test_a_compressed_answer_is_found_unchanged_by_its_tag(client, city):
    first = client.get("/api/v1/categories/", headers=GZIP)
    json.loads(gzip.decompress(first.content))
    again = client.get("/api/v1/categories/", headers={**GZIP, "If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_tiles_are_left_as_they_are(client, city):
    tile = client.get("/tiles/zones/district/11/1088/685.mvt", headers=GZIP)
    assert len(tile.content) > 200
    assert "Content-Encoding" not in tile
