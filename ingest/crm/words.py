"""How words for people are marked in rooms that know no framework: as in `ingest.aam`."""

from ingest.aam.words import gettext_noop as gettext_noop  # noqa: PLC0414 - said here for all of crm and above
