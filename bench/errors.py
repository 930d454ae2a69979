"""What stops a benchmark: a sentence for the person at the terminal, no traceback."""


class BenchError(Exception):
    """A benchmark could not be run, or its subject gave a wrong result; the text says which and why."""
