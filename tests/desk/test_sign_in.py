"""Signing in, out, and a new password."""

import pytest

from tests.factories import make_administrator, make_clerk, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "ein-langes-passwort-9"


@pytest.mark.parametrize(
    ("make", "leads_to"),
    [(lambda: make_clerk("tiefbau"), "/dienst/"), (make_administrator, "/verwaltung/"), (make_user, "/")],
)
def test_everybody_lands_where_they_work(client, city, make, leads_to):
    answer = client.post("/anmelden/", {"username": make().username, "password": PASSWORD})
    assert answer["Location"] == leads_to


def test_a_wrong_password_and_an_unknown_name_read_the_same(client, city):
    wrong = client.post("/anmelden/", {"username": make_user("jana").username, "password": "falsch"})
    unknown = client.post("/anmelden/", {"username": "niemand", "password": "falsch"})
    for answer in (wrong, unknown):
        assert answer.status_code == 422
        assert "Name oder Passwort stimmt nicht" in answer.content.decode()


def test_signing_in_never_leads_to_another_site(client, city):
    answer = client.post(
        "/anmelden/?next=https://example.org/", {"username": make_clerk().username, "password": PASSWORD}
    )
    assert answer["Location"] == "/dienst/"


def test_signing_out_is_a_click_not_a_link(client, city):
    client.force_login(make_clerk())
    assert client.get("/abmelden/").status_code == 405
    client.post("/abmelden/")
    assert client.get("/dienst/").status_code == 302


def test_a_new_password_needs_the_old_one_and_twelve_characters(client, city):
    user = make_clerk()
    client.force_login(user)
    new = "noch-ein-langes-9"
    for old, once, twice in (("falsch", new, new), (PASSWORD, "kurz", "kurz"), (PASSWORD, new, "anders-als-9999")):
        answer = client.post(
            "/anmelden/passwort/", {"old_password": old, "new_password1": once, "new_password2": twice}
        )
        assert answer.status_code == 422
    client.post("/anmelden/passwort/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
