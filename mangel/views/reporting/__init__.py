"""`/melden/`: one calm flow without session state.

With JavaScript the first page does all steps by itself (`one_page`, `pwa/frontend/src/form/flow.ts`).
Without it, what was said so far travels signed in a hidden field, photos as signed keys of staged files; every step is
a POST to the same address that answers with the next page; sending redirects to the tracking page.
"""

from mangel.views.reporting.double import report_doubles
from mangel.views.reporting.flow import report_new

__all__ = ["report_doubles", "report_new"]
