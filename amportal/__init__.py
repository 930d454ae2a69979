"""The project: settings and wiring, no rule of its own."""

__version__ = "0.2.0"
