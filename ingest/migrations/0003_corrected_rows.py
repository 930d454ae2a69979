"""How many corrected rows a check has put in their places, and how many of them are fine now."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Earlier checks know neither, and say nothing about it."""

    dependencies: ClassVar = [("ingest", "0002_cache_table")]
    operations: ClassVar = [
        migrations.AddField("check", "corrected", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("check", "mended", models.BigIntegerField(blank=True, null=True)),
    ]
