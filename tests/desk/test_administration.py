"""The city edits its catalogue, people and rules itself; what others point at stays."""

import pytest

from accounts.models import CityRole, User
from mangel import routing, routing_check
from mangel.models import Category, CityText, HazardWord, Membership, Office, Question, RoutingRule, RuleSet
from pwa.translated_forms import TranslatedFormField
from tests.factories import FOOTWAY, make_administrator, make_clerk, report_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office_desk(client, city):
    """An administrator's browser."""
    client.force_login(make_administrator())
    return client


def form_of(answer) -> dict[str, str]:
    """Everything the page's forms would send back if nothing was changed."""
    form = answer.context["adminform"].form
    formsets = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    data: dict[str, str] = {}
    for formset in formsets:
        data |= {formset.management_form.add_prefix(k): v for k, v in formset.management_form.initial.items()}
        data |= {formset.management_form.add_prefix(k): 0 for k in ("MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    for one in [form, *(f for formset in formsets for f in formset.forms)]:
        for name in one.fields:
            bound = one[name]
            value = bound.value()
            if isinstance(one.fields[name], TranslatedFormField):
                data |= {f"{bound.html_name}__{code}": text for code, text in (value or {}).items()}
            elif value is True:
                data[bound.html_name] = "on"
            elif value not in (None, False):
                data[bound.html_name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return data


def page_of(row) -> str:
    return f"/verwaltung/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


@pytest.mark.parametrize("who", ["clerk", "former administrator", "auditor"])
def test_only_administrators_get_in(client, city, who):
    user = make_clerk() if who == "clerk" else make_administrator()
    if who == "former administrator":
        user.city_roles.update(starts_on="2020-01-01", ends_on="2021-01-01")
    if who == "auditor":
        user.city_roles.update(role=CityRole.Role.AUDITOR)
    client.force_login(user)
    assert client.get("/verwaltung/", follow=True).status_code == 403
    assert client.get("/verwaltung/mangel/office/", follow=True).status_code == 403


def test_strangers_sign_in_on_the_one_page_for_everybody(client, city):
    answer = client.get("/verwaltung/mangel/office/", follow=True)
    assert answer.redirect_chain[-1][0] == "/anmelden/?next=/verwaltung/mangel/office/"


def test_saving_a_category_unchanged_changes_nothing(office_desk):
    for code in ("STR1", "GRU2", "MUE1", "SON3"):
        category = Category.objects.get(code=code)
        before = (Category.objects.filter(pk=category.pk).values().get(), list(category.questions.values()))
        answer = office_desk.post(page_of(category), form_of(office_desk.get(page_of(category))))
        assert answer.status_code == 302, answer.context["errors"]
        assert before == (Category.objects.filter(pk=category.pk).values().get(), list(category.questions.values()))


def test_a_text_is_written_in_each_language_and_languages_we_do_not_offer_are_kept(office_desk):
    text = CityText.objects.create(key="probe", texts={"de": "Guten Tag", "pl": "Dzień dobry"})
    data = form_of(office_desk.get(page_of(text))) | {"texts__de": "Hallo", "texts__en": "Hello"}
    assert office_desk.post(page_of(text), data).status_code == 302
    text.refresh_from_db()
    assert text.texts == {"de": "Hallo", "en": "Hello", "pl": "Dzień dobry"}


def test_german_is_needed_as_soon_as_anything_is_written(office_desk):
    text = CityText.objects.create(key="probe", texts={"de": "Guten Tag"})
    answer = office_desk.post(page_of(text), {"texts__de": " ", "texts__en": "Hello"})
    assert answer.status_code == 200
    assert "auch den deutschen Text" in answer.content.decode()


def test_codes_stay_and_nothing_others_point_at_can_be_deleted(office_desk):
    for row in (Office.objects.get(code="tiefbau"), Category.objects.get(code="STR2"), make_clerk()):
        assert office_desk.get(page_of(row).replace("change", "delete")).status_code == 403
    office = Office.objects.get(code="gruen")
    data = form_of(office_desk.get(page_of(office))) | {"code": "anders"}
    office_desk.post(page_of(office), data)
    office.refresh_from_db()
    assert office.code == "gruen"
    assert HazardWord.objects.exists()
    word = HazardWord.objects.first()
    assert office_desk.get(page_of(word).replace("change", "delete")).status_code == 200  # a word nobody points at


def test_questions_are_switched_off_not_deleted(office_desk):
    question = Question.objects.filter(category__code="STR1").first()
    page = page_of(question.category)
    data = form_of(office_desk.get(page)) | {"questions-0-DELETE": "on"}
    data.pop("questions-0-active")
    assert office_desk.post(page, data).status_code == 302
    question.refresh_from_db()
    assert question.active is False


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("zone_layers", "owner,mond", "Diese Ebene gibt es nicht"),
        ("season", "11,13", "Monate sind Zahlen"),
        ("questions-0-options", "ohne Strich", "verstehen wir nicht"),
        ("questions-0-options", "a | eins\na | zwei", "doppelt"),
        ("questions-0-hazard_if", "gibtsnicht", "Diese Antwort gibt es nicht"),
        ("questions-0-shown_if", "tiefe", "frage = antwort"),
        ("names__de", "", "deutschen Text"),
    ],
)
def test_what_would_break_the_catalogue_is_refused_beside_its_field(office_desk, field, value, word):
    category = Category.objects.get(code="STR1")
    data = form_of(office_desk.get(page_of(category))) | {field: value}
    answer = office_desk.post(page_of(category), data)
    assert answer.status_code == 200
    assert word in answer.content.decode()


def test_central_intake_cannot_be_switched_off(office_desk):
    central = Office.objects.get(code="zentral")
    data = form_of(office_desk.get(page_of(central)))
    data.pop("active")
    assert "bleibt aktiv" in office_desk.post(page_of(central), data).content.decode()


def test_an_administrator_gives_somebody_a_desk(office_desk, client):
    office_desk.post(
        "/verwaltung/accounts/user/add/",
        {
            "username": "jana",
            "password1": "noch-ein-langes-9",
            "password2": "noch-ein-langes-9",
            "usable_password": "true",
            **{f"city_roles-{k}_FORMS": v for k, v in {"TOTAL": 0, "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 0}.items()},
            **{f"memberships-{k}_FORMS": v for k, v in {"TOTAL": 0, "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 0}.items()},
        },
    )
    jana = User.objects.get(username="jana")
    assert not jana.has_perm("mangel.use_desk")
    data = form_of(office_desk.get(page_of(jana))) | {
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-office": Office.objects.get(code="tiefbau").pk,
        "memberships-0-role": "clerk",
        "memberships-0-starts_on": "01.01.2026",
    }
    assert office_desk.post(page_of(jana), data).status_code == 302
    assert Membership.objects.get(user=jana).office.code == "tiefbau"
    assert not User.objects.get(pk=jana.pk).is_superuser


# --- rules ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(office_desk):
    """A copy of the rules that hold, made with the button."""
    active = RuleSet.objects.get(status="active")
    answer = office_desk.post(f"/verwaltung/mangel/ruleset/{active.pk}/entwurf/")
    made = RuleSet.objects.order_by("-pk").first()
    assert answer["Location"] == page_of(made)
    assert made.rules.count() == active.rules.count()
    return made


def press(browser, rule_set, step):
    return browser.post(f"/verwaltung/mangel/ruleset/{rule_set.pk}/{step}/", follow=True)


def checked(rule_set) -> RuleSet:
    """What the worker does."""
    routing_check.check_rule_set(rule_set.pk)
    return RuleSet.objects.get(pk=rule_set.pk)


def test_the_rules_that_hold_are_only_looked_at(office_desk):
    active = RuleSet.objects.get(status="active")
    rule = active.rules.first()
    page = office_desk.get(page_of(active)).content.decode()
    assert 'name="_save"' not in page
    office_desk.post(page_of(rule), {"office": Office.objects.get(code="gruen").pk, "reason_code": rule.reason_code})
    assert office_desk.get(page_of(rule).replace("change", "delete")).status_code == 403
    assert RoutingRule.objects.get(pk=rule.pk).office_id == rule.office_id


def test_a_draft_is_edited_checked_and_put_in_force(office_desk, draft):
    rule = draft.rules.get(category__code="STR2", layer="", question="")
    data = form_of(office_desk.get(page_of(rule))) | {"office": Office.objects.get(code="gruen").pk}
    assert office_desk.post(page_of(rule), data)["Location"] == page_of(draft)
    assert report_in("STR2", FOOTWAY).office.code == "tiefbau"  # a draft decides nothing
    assert "nicht geprüft" in press(office_desk, draft, "einsetzen").content.decode()
    assert checked(draft).status == "ready"
    page = office_desk.get(page_of(draft)).content.decode()
    assert "STR2: tiefbau → gruen" in page
    assert "gilt ab jetzt" in press(office_desk, draft, "einsetzen").content.decode()
    assert RuleSet.objects.get(status="active") == draft
    assert routing.RoutingTable.current()
    assert report_in("STR2", FOOTWAY).office.code == "gruen"


def test_a_draft_that_leaves_a_matter_without_an_office_is_not_put_in_force(office_desk, draft):
    draft.rules.filter(category__code="STR2").delete()
    draft.rules.filter(category__isnull=True, layer="", outside=False).delete()
    assert checked(draft).status == "blocked"
    assert "Nicht einsetzbar" in office_desk.get(page_of(draft)).content.decode()
    press(office_desk, draft, "einsetzen")
    assert RuleSet.objects.get(pk=draft.pk).status == "blocked"


def test_changing_a_checked_draft_asks_for_a_new_check(office_desk, draft):
    assert checked(draft).status == "ready"
    rule = draft.rules.first()
    office_desk.post(page_of(rule).replace("change", "delete"), {"post": "yes"})
    assert RuleSet.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"zone_code": "park_ilm"}, "gehört ihre Ebene"),
        ({"layer": "mond"}, "Diese Ebene gibt es nicht"),
        ({"layer": "owner", "zone_code": "mond"}, "gibt es in der Ebene heute nicht"),
        ({"layer": "owner", "outside": "on"}, "verträgt sich nicht"),
        ({"question": "tiefe"}, "gehören zusammen"),
        ({"question": "mond", "option": "ja"}, "Diese Frage hat die Kategorie nicht"),
        ({"reason_code": "mond"}, "Diese Begründung gibt es nicht"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(office_desk, draft, typed, word):
    rule = draft.rules.filter(category__code="STR1", layer="", question="").first()
    answer = office_desk.post(page_of(rule), form_of(office_desk.get(page_of(rule))) | typed)
    assert answer.status_code == 200
    assert word in answer.content.decode()


def test_the_buttons_of_a_rule_set_are_no_links(office_desk, draft):
    for step in ("entwurf", "pruefen", "einsetzen"):
        assert office_desk.get(f"/verwaltung/mangel/ruleset/{draft.pk}/{step}/").status_code == 405


def test_pressing_check_hands_it_to_the_workers(office_desk, draft, monkeypatch):
    asked = []
    monkeypatch.setattr("mangel.tasks.check_rule_set.delay", asked.append)
    assert "Die Prüfung läuft" in press(office_desk, draft, "pruefen").content.decode()
    assert asked == [draft.pk]
    assert RuleSet.objects.get(pk=draft.pk).status == "checking"


def test_without_workers_check_answers_at_once(office_desk, draft, monkeypatch):
    from kombu.exceptions import OperationalError

    def away(pk):
        raise OperationalError

    monkeypatch.setattr("mangel.tasks.check_rule_set.delay", away)
    press(office_desk, draft, "pruefen")
    assert RuleSet.objects.get(pk=draft.pk).status == "ready"


def test_startklar_lists_what_the_city_has_not_entered(office_desk):
    page = office_desk.get("/verwaltung/").content.decode()
    assert "Startklar?" in page
    assert "ohne Kontakt" in page
    Office.objects.filter(kind__in=["external", "neighbour"]).update(contact={"mail": "info@example.org"})
    assert "ohne Kontakt" not in office_desk.get("/verwaltung/").content.decode()
