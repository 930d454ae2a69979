"""What Audience Manager accepts: IDs, file names, records, limits, findings, traits; no I/O and no clock."""
