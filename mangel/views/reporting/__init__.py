"""`/melden/`: one calm flow without session state.

What was said so far travels signed in a hidden field, photos as signed keys of staged files. Every step is a POST
to the same address that answers with the next page; sending redirects to the tracking page.
"""

from mangel.views.reporting.flow import report_new

__all__ = ["report_new"]
