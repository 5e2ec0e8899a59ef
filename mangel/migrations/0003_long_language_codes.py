"""Room for "de-simple", Leichte Sprache. A longer varchar rewrites nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mangel", "0002_tile_cuts")]

    operations = [
        migrations.AlterField(
            model_name="report", name="language", field=models.CharField(default="de", max_length=16)
        ),
    ]
