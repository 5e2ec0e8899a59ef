"""Pages of reports and finder. Paths are German, names English."""

from django.urls import URLPattern, URLResolver, path

from mangel.views import acting, checking, design, finder, following, info, listing, notices, reports
from mangel.views.reporting import report_doubles, report_new

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.home, name="home"),
    path("melden/", report_new, name="report-new"),
    path("melden/doppelt/", report_doubles, name="report-doubles"),
    path("meldungen/", listing.reports, name="reports"),
    path("meldungen/<str:number>/", reports.report, name="report"),
    path("meldungen/<str:number>/betrifft-mich/", reports.report_support, name="report-support"),
    path("verfolgen/", following.tracking_form, name="tracking-form"),
    path("verfolgen/<str:number>/<str:code>/", following.report_tracking, name="tracking"),
    path("verfolgen/<str:number>/<str:code>/daten/", acting.own_data, name="tracking-data"),
    path("verfolgen/<str:number>/<str:code>/<slug:slug>/", acting.act, name="tracking-act"),
    path("meldungen/<str:number>/inhalt-melden/", notices.give, name="notice-new"),
    path("hinweis/<uuid:key>/", notices.given, name="notice"),
    path("pruefung/", checking.checks, name="checks"),
    path("pruefung/<str:number>/", checking.decide, name="checks-decide"),
    path("pruefung/<str:number>/text/<int:seq>/", checking.look, name="checks-look"),
    path("zustaendig/", finder.responsibility, name="responsibility"),
    path("zustaendig/karte/", finder.owners, name="owners"),
    path("entwurf/", design.components, name="design"),
    path("daten/", info.data, name="data"),
    path("impressum/", info.city_text, {"key": "imprint"}, name="imprint"),
    path("datenschutz/", info.city_text, {"key": "privacy"}, name="privacy"),
    path("barrierefreiheit/", info.city_text, {"key": "accessibility"}, name="accessibility"),
]
