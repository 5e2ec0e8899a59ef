"""The app as a browser installs it: manifest, service worker, and the pages that live on the device."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

BUILD = Path(settings.BASE_DIR) / "pwa" / "static" / "pwa" / "build"
STATIC = Path(settings.BASE_DIR) / "pwa" / "static"


def manifest(client: Client, language: str = "de") -> dict:
    response = client.get("/manifest.json", headers={"accept-language": language})
    assert response.status_code == 200
    return json.loads(response.content)


def test_the_manifest_names_the_city_and_the_reader_s_language(client, city):
    told = manifest(client)
    assert told["name"] == city.product_name["de"]
    assert city.name in told["description"]
    assert (told["id"], told["start_url"], told["scope"], told["display"]) == ("/", "/", "/", "standalone")
    assert told["lang"] == "de"
    english = manifest(client, "en")
    assert (english["lang"], english["name"]) == ("en", city.product_name["en"])


def test_another_city_has_another_name_without_any_file_changed(client, city):
    city.product_name = {"de": "Mängelmelder Musterstadt"}
    city.name = "Musterstadt"
    city.save()
    told = manifest(client)
    assert told["name"] == "Mängelmelder Musterstadt"
    assert len(told["short_name"]) <= 12
    assert "Musterstadt" in told["description"]


def test_the_icons_have_the_size_they_say_and_fit_under_a_mask(client, city):
    icons = manifest(client)["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        (f"{side}x{side}", purpose) for side in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in icons:
        with Image.open(STATIC / icon["src"].removeprefix("/static/")) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]
            # A mask may cut off all but the inner 80 %: a maskable icon has no transparent corner.
            corner = picture.convert("RGBA").getpixel((0, 0))
            assert (corner[3] == 255) == (icon["purpose"] == "maskable"), icon


def test_shortcuts_and_share_target_lead_to_pages_that_are_there(client, city):
    told = manifest(client)
    assert [shortcut["name"] for shortcut in told["shortcuts"]] == ["Melden", "In meiner Nähe"]
    for shortcut in told["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200
    share = told["share_target"]
    assert (share["method"], share["enctype"]) == ("POST", "multipart/form-data")
    assert share["params"]["files"][0]["accept"] == ["image/*"]


def test_a_photo_shared_before_the_worker_is_there_opens_the_form(city):
    stranger = Client(enforce_csrf_checks=True)  # the share menu sends no token
    response = stranger.post("/melden/teilen/", {"title": "Loch"})
    assert (response.status_code, response["Location"]) == (302, "/melden/")


@pytest.mark.parametrize("path", ["/melden/ausgang/", "/meine/", "/offline/", "/melden/"])
def test_a_page_of_the_shell_is_the_same_for_everybody_and_may_be_kept(client, city, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" not in response.get("Cache-Control", "")
    assert 'rel="manifest"' in response.content.decode()


@pytest.mark.parametrize("path", ["/offline/", "/melden/ausgang/"])
def test_without_network_the_numbers_to_call_are_there(client, city, path):
    html = client.get(path).content.decode()
    assert [number for number in city.emergency_numbers if f'href="tel:{number}"' not in html] == []


def test_a_hazard_that_waits_says_that_it_was_not_sent(client, city):
    assert "NICHT gesendet. Bitte jetzt anrufen." in client.get("/melden/ausgang/").content.decode()


def test_pages_of_who_is_signed_in_are_never_kept(client, city, django_user_model):
    client.force_login(django_user_model.objects.create_user("anna", password="x"))
    for path in ["/", "/meldungen/", "/meine/"]:
        assert client.get(path)["Cache-Control"] == "private, no-store"


def test_no_page_loads_the_worker_by_an_inline_script(client, city):
    html = client.get("/").content.decode()
    assert "serviceworker" not in html


def test_the_desk_has_no_outbox(client, city, django_user_model):
    folder = Path(settings.BASE_DIR) / "mangel" / "templates" / "mangel" / "desk"
    whole = [path for path in folder.glob("*.html") if "extends" in path.read_text()]
    assert whole
    assert [path.name for path in whole if "{% block strips %}{% endblock %}" not in path.read_text()] == []


def kept_files(script: str) -> list[dict]:
    return [json.loads(text) for text in re.findall(r"\{\"url\":\"[^\"]+\",\"revision\":(?:null|\"\w+\")\}", script)]


def test_the_worker_knows_every_file_of_the_shell_by_its_fingerprint(client, city):
    response = client.get("/serviceworker.js")
    assert response["Content-Type"] == "application/javascript"
    script = response.content.decode()
    assert "__WB_MANIFEST" not in script.replace("__WB_REVISION__", "")
    files = kept_files(script)
    urls = {file["url"] for file in files}
    for file in files:
        path = STATIC / file["url"].removeprefix("/static/")
        assert path.exists(), file
        assert file["revision"] or re.search(r"-[\w-]{8}\.\w+$", file["url"]), file
    for page in ["/", "/melden/", "/melden/ausgang/", "/meine/", "/offline/"]:
        html = client.get(page).content.decode()
        used = set(re.findall(r"/static/pwa/build/assets/[\w.-]+\.(?:js|css)", html))
        assert used
        assert used - urls == set(), page


def test_the_map_library_is_not_forced_on_every_phone(client, city):
    total = sum((STATIC / file["url"].removeprefix("/static/")).stat().st_size for file in kept_files(worker(client)))
    assert total < 400_000


def worker(client: Client) -> str:
    return client.get("/serviceworker.js").content.decode()
