"""Extensions, and the counter every in-process cache asks (see geo.revisions)."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

REVISIONS = """
CREATE SEQUENCE geo_revision_number;
CREATE FUNCTION geo_bump_revision(which text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO geo_revision (key, value) VALUES (which, nextval('geo_revision_number'))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        # The body is checked when it first runs, for the table comes with the next migration.
        migrations.RunSQL(
            "SET LOCAL check_function_bodies = off;" + REVISIONS,
            "DROP FUNCTION geo_bump_revision(text); DROP SEQUENCE geo_revision_number;",
        ),
    ]
