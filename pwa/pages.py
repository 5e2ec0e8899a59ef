"""The pages that live on the device: the server gives their frame and never learns what is in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """`/melden/ausgang/`: what waits to be sent."""
    return render(request, "pwa/outbox.html")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """`/meine/`: one's own reports."""
    return render(request, "pwa/mine.html")


@csrf_exempt  # the phone's share menu knows no token, and nothing is kept here
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """`/melden/teilen/`: a photo shared into the app.

    The service worker makes a draft of it; a phone without worker yet comes here and begins with an empty form.
    """
    return redirect("report-new")
