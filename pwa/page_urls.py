"""Pages that live on the device. `/serviceworker.js`, `/manifest.json` and `/offline/` are django-pwa's."""

from django.urls import path

from pwa import pages

urlpatterns = [
    path("melden/ausgang/", pages.outbox, name="outbox"),
    path("melden/teilen/", pages.share, name="share"),
    path("meine/", pages.mine, name="mine"),
]
