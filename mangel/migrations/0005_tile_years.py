"""Count the map's cells by year, too, and by two things at once; the index begins with what is asked for as it is."""

from django.db import migrations, models

# One +1 row for each report on the map: the worker folds them, and maps read them meanwhile.
COUNT_ANEW = """
LOCK TABLE mangel_tiledelta IN EXCLUSIVE MODE;
DELETE FROM mangel_tilecount;
DELETE FROM mangel_tiledelta;
INSERT INTO mangel_tiledelta (x, y, sum_x, sum_y, category_id, state, district_code, month, fresh, n)
SELECT (gx >> 16)::int, (gy >> 16)::int, gx, gy, category_id, state, district_code, month, fresh, 1
  FROM mangel_report report, LATERAL (
       SELECT floor((ST_X(point_3857) / 40075016.685578488 + 0.5) * 4294967296)::bigint AS gx,
              floor((0.5 - ST_Y(point_3857) / 40075016.685578488) * 4294967296)::bigint AS gy) cell
 WHERE visibility = 'public' AND merged_into_id IS NULL AND point IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("mangel", "0004_reporter_entries")]

    operations = [
        migrations.RunSQL(COUNT_ANEW, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="tilecount",
            name="cut",
            field=models.SmallIntegerField(
                choices=[
                    (0, "Total"),
                    (1, "By Category"),
                    (2, "By District"),
                    (3, "By Month"),
                    (4, "Full"),
                    (5, "By Year"),
                    (6, "Category Month"),
                    (7, "Category Year"),
                    (8, "District Month"),
                    (9, "District Year"),
                ]
            ),
        ),
        migrations.RemoveConstraint(model_name="tilecount", name="tile_count_once"),
        migrations.AddConstraint(
            model_name="tilecount",
            constraint=models.UniqueConstraint(
                fields=("cut", "z", "fresh", "category_id", "district_code", "x", "y", "month", "state"),
                include=("n", "sum_x", "sum_y"),
                name="tile_count_once",
            ),
        ),
    ]
