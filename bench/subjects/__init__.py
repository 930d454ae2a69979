"""Processes that measure a part of the engine alone, where the whole command would measure something else."""
