"""Compiled loops over byte buffers: the same source runs interpreted, and with bounds checks, under test."""
