"""Loading the city pack again brings new languages and leaves alone what the city wrote."""

import pytest
from django.conf import settings

from fixtures.city_pack import load
from mangel.models import Category, CityText, Question

pytestmark = pytest.mark.django_db


def test_a_text_the_city_did_not_change_gets_the_languages_it_lacks(city):
    category = Category.objects.get(code="STR1")
    whole = category.names
    Category.objects.filter(code="STR1").update(names={"de": whole["de"], "en": "Hole of ours"}, react_days=7)
    question = Question.objects.get(category=category, code="tiefe")
    german = [{"code": option["code"], "text": {"de": option["text"]["de"]}} for option in question.options]
    Question.objects.filter(pk=question.pk).update(options=german)

    load(settings.MANGEL_CITY_PACK)

    category.refresh_from_db()
    assert category.names == whole | {"en": "Hole of ours"}
    assert category.react_days == 7
    assert Question.objects.get(pk=question.pk).options == question.options


def test_a_text_the_city_changed_stays_as_it_is(city):
    CityText.objects.filter(key="hours").update(texts={"de": "Mo–Do 9–12 Uhr"})
    load(settings.MANGEL_CITY_PACK)
    assert CityText.objects.get(key="hours").texts == {"de": "Mo–Do 9–12 Uhr"}


def test_loading_a_whole_pack_again_changes_nothing(city):
    assert load(settings.MANGEL_CITY_PACK).counts == {}
