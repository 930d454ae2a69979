"""A second, independent reading of the contract: slow, plain, row by row. It imports nothing from `ingest`."""
