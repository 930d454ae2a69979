"""The table in which django.core.cache keeps what sign-in limits count."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def create_cache_table(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django's own command; a table that is there already is left alone."""
    call_command("createcachetable", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    """Nothing to undo: an empty table harms nobody."""

    dependencies = [("ingest", "0001_the_portal")]
    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
