"""Benchmarks and fuzzing of the data path: `scripts/bench` runs them; never part of the tests."""
