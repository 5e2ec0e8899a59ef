"""/dienst/: included by config."""

from django.urls import path, re_path

from mangel.desk import photos, views

NUMBER = r"(?P<public_id>[0-9]{9})"
KEY = r"(?P<key>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.queue, name="desk"),
    path("sichten/", views.triage, name="desk-triage"),
    path("sichten/nochmal/", views.again, name="desk-again"),
    re_path(rf"^sichten/{NUMBER}/$", views.triage_report, name="desk-triage-report"),
    re_path(rf"^sichten/{NUMBER}/spaeter/$", views.later, name="desk-later"),
    re_path(rf"^meldung/{NUMBER}/$", views.report_page, name="desk-report"),
    re_path(rf"^meldung/{NUMBER}/foto/{KEY}/$", photos.photo_page, name="desk-photo"),
    re_path(rf"^meldung/{NUMBER}/foto/{KEY}/original\.jpg$", photos.original, name="desk-photo-original"),
    re_path(rf"^meldung/{NUMBER}/foto/{KEY}/schwaerzen/$", photos.blur, name="desk-photo-blur"),
    re_path(rf"^meldung/{NUMBER}/foto/{KEY}/zurueck/$", photos.undo, name="desk-photo-undo"),
    re_path(rf"^meldung/{NUMBER}/(?P<slug>[a-z-]+)/$", views.act, name="desk-act"),
]
