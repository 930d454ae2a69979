"""Deliveries that were begun before data sources were written down get theirs, so that later ones wait for them, too."""

from collections.abc import Mapping
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_AT_ONCE = 1000


def write_down(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Also for those that are over: an older replacement is not sent after a newer one."""
    delivery, source = apps.get_model("ingest", "Delivery"), apps.get_model("ingest", "DeliverySource")
    without = delivery.objects.filter(sources=None).order_by("pk")
    rows = without.values_list("pk", "decision__check_run__mapping")
    found = (source(delivery_id=pk, dpid=dpid) for pk, mapping in list(rows) for dpid in sources_of(mapping))
    source.objects.bulk_create(found, batch_size=_AT_ONCE, ignore_conflicts=True)


def sources_of(mapping: Mapping[str, Any]) -> list[int]:
    """Every data source that a mapping names, as documents were at the time of this migration."""
    named = [mapping.get(name) for name in ("dpid", "target_dpid", "email_dpid")]
    named += [column.get("dpid") for column in mapping.get("ids", ()) if isinstance(column, dict)]
    return sorted({dpid for dpid in named if type(dpid) is int})


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0010_sealed_parts"),
    ]

    operations = [
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
