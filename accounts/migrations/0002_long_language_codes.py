"""Room for "de-simple", Leichte Sprache."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="contact", name="language", field=models.CharField(default="de", max_length=16)
        ),
    ]
