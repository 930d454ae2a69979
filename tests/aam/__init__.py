"""What `ingest.aam` promises about IDs, names, records, limits, findings and traits."""
