"""Count the map's cells in several cuts. The table was not read by anything before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mangel", "0001_initial")]

    operations = [
        migrations.RunSQL("DELETE FROM mangel_tilecount", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="tilecount", name="tile_count_cell"),
        migrations.RemoveIndex(model_name="tilecount", name="tile_count_fresh"),
        migrations.AddField(
            model_name="tilecount",
            name="cut",
            field=models.SmallIntegerField(
                choices=[(0, "Total"), (1, "By Category"), (2, "By District"), (3, "By Month"), (4, "Full")], default=0
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="tilecount",
            constraint=models.UniqueConstraint(
                fields=("cut", "z", "fresh", "x", "y", "category_id", "district_code", "month", "state"),
                name="tile_count_once",
            ),
        ),
    ]
