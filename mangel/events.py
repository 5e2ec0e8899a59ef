"""What others may learn from us. Sent inside the transaction; a listener writes one row.

`report_news` carries `kind` (str, below), `report` (Report) and `entry` (Entry or None).
"""

from django.dispatch import Signal

report_news = Signal()

SUBMITTED = "report_submitted"
MOVED = "report_moved"
DECIDED = "report_decided"
RELEASED = "report_released"
NOTED = "report_noted"
MERGED = "report_merged"
SUPPORTED = "report_supported"
ASKED = "report_asked"
ANSWERED = "report_answered"
ADDED = "report_added"
CORRECTED = "report_corrected"
UNWANTED = "report_unwanted"
DISPUTED = "report_disputed"
NOTICED = "report_noticed"
NOTICE_DECIDED = "report_notice_decided"
ERASED = "report_erased"
