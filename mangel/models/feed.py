"""What the public map and `changes` read: rows appended by a database trigger in the report's own transaction.

See docs/decisions/0003-report-triggers.md for why a trigger and not the writers.
"""

from django.db import models
from django.db.models.expressions import Func


class CurrentTransaction(Func):
    """PostgreSQL's 64-bit id of this transaction (pg_current_xact_id, PostgreSQL ≥ 13)."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class ReportChange(models.Model):
    """A public report changed or went away. Read in commit order: (xid, id) below pg_snapshot_xmin."""

    xid = models.BigIntegerField(db_default=CurrentTransaction())
    public_id = models.CharField(max_length=9)
    # Empty where the report is gone: what is not public any more tells nothing but its number.
    state = models.CharField(max_length=12, blank=True)
    gone = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["xid", "id"], name="change_in_commit_order")]


class TileDelta(models.Model):
    """±1 public report in a cell of grid zoom 16, not yet folded into TileCount."""

    x = models.IntegerField()
    y = models.IntegerField()
    # Position in units of 2^-32 of the world's width: integers, so that sums stay exact.
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()
    category_id = models.BigIntegerField()
    state = models.CharField(max_length=12)
    district_code = models.CharField(max_length=80)
    month = models.DateField()
    fresh = models.BooleanField()
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["x", "y"], name="tile_delta_cell")]


class TileCount(models.Model):
    """How many public reports lie in a cell of grid zoom z + 3 (an eighth of a tile's side). See `mangel.tiles`.

    The same reports are counted in several cuts, so that a map without filter reads twelve rows a cell, not
    thousands. What a cut does not tell apart holds a filler: category 0, district "*", month 0001-01. A cut by
    year holds the year's first month.
    """

    class Cut(models.IntegerChoices):
        TOTAL = 0
        BY_CATEGORY = 1
        BY_DISTRICT = 2
        BY_MONTH = 3
        FULL = 4
        BY_YEAR = 5
        CATEGORY_MONTH = 6
        CATEGORY_YEAR = 7
        DISTRICT_MONTH = 8
        DISTRICT_YEAR = 9

    cut = models.SmallIntegerField(choices=Cut.choices)
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    category_id = models.BigIntegerField()
    state = models.CharField(max_length=12)
    district_code = models.CharField(max_length=80)
    month = models.DateField()
    fresh = models.BooleanField()
    n = models.IntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()

    class Meta:
        constraints = [
            # In this order it is also the index that tiles read by: what is asked for as it is comes first.
            models.UniqueConstraint(
                fields=["cut", "z", "fresh", "category_id", "district_code", "x", "y", "month", "state"],
                include=["n", "sum_x", "sum_y"],  # so that a tile need not look at the rows themselves
                name="tile_count_once",
            )
        ]
