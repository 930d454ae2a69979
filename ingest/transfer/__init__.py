"""Bytes out of the house: how parts are sealed, and later how they are sent."""
