"""What others learn from photos: sent inside the transaction, with `photo`.

photo_ready: its renditions are there, somebody can look at it. photo_failed: it could not be read.
photo_changed: it was released, withheld, described or erased; its URLs are new.
"""

from django.dispatch import Signal

photo_ready = Signal()
photo_failed = Signal()
photo_changed = Signal()
