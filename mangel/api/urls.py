"""The API of reports, under /api/v1/, its description at /api/, and the tiles of reports."""

from django.urls import URLPattern, path, re_path, register_converter

from mangel.api.views import finder, live, notices, own, reference, reporter, reports


class NumberConverter:
    """A public number: nine digits. Anything else is no address of ours."""

    regex = "[0-9]{9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PhotoKeyConverter(NumberConverter):
    """A UUID or a SHA-256, in small hexadecimal letters."""

    regex = "[0-9a-f-]{36,64}"


register_converter(NumberConverter, "report_number")
register_converter(PhotoKeyConverter, "photo_key")

V1 = "api/v1"
urlpatterns: list[URLPattern] = [
    path("api/", reference.endpoints, name="api"),
    path(f"{V1}/reports/", reports.ReportsView.as_view(), name="api-reports"),
    path(f"{V1}/reports/<report_number:number>/", reports.ReportView.as_view(), name="api-report"),
    path(f"{V1}/reports/<report_number:number>/support/", reports.SupportView.as_view(), name="api-report-support"),
    path(f"{V1}/reports/<report_number:number>/contact/", own.ContactView.as_view(), name="api-report-contact"),
    path(f"{V1}/reports/<report_number:number>/photos/<photo_key:key>/", own.PhotoView.as_view(), name="api-photo"),
    path(f"{V1}/reports/<report_number:number>/answers/", reporter.AnswersView.as_view(), name="api-report-answers"),
    path(f"{V1}/reports/<report_number:number>/sentences/", reporter.SentencesView.as_view(), name="api-sentences"),
    path(f"{V1}/reports/<report_number:number>/reopen/", reporter.ReopenView.as_view(), name="api-report-reopen"),
    path(f"{V1}/reports/<report_number:number>/withdraw/", reporter.WithdrawView.as_view(), name="api-withdraw"),
    path(f"{V1}/reports/<report_number:number>/correct/", reporter.CorrectView.as_view(), name="api-report-correct"),
    path(f"{V1}/reports/<report_number:number>/erase/", reporter.EraseView.as_view(), name="api-report-erase"),
    path(f"{V1}/reports/<report_number:number>/notice/", notices.NoticeView.as_view(), name="api-report-notice"),
    path(f"{V1}/submissions/", own.SubmissionsView.as_view(), name="api-submissions"),
    path(f"{V1}/tracking/<report_number:number>/", own.TrackingView.as_view(), name="api-tracking"),
    path(f"{V1}/tracking/<report_number:number>/data/", reporter.DataView.as_view(), name="api-tracking-data"),
    path(f"{V1}/responsibility/", finder.ResponsibilityView.as_view(), name="api-responsibility"),
    path(f"{V1}/categories/", finder.CategoriesView.as_view(), name="api-categories"),
    path(f"{V1}/changes/", live.ChangesView.as_view(), name="api-changes"),
    re_path(rf"^{V1}/.*[^/]$", reference.NoSlashView.as_view(), name="api-no-slash"),
    path("tiles/reports/<str:z>/<str:x>/<str:y>.mvt", live.TileView.as_view(), name="tile-reports"),
]
