"""Any text as inbound file name: `python -m bench.fuzz.names` (started by the driver).

It is a `FileNameError` with a sentence, or a name that is written and read back as the same.
"""

from __future__ import annotations

from bench.fuzz.harness import instrumented, start

with instrumented():
    from ingest.aam.naming import FileNameError, format_file_name, parse_file_name


def test_one_input(data: bytes) -> None:
    """One name."""
    text = data.decode("utf-8", errors="replace")
    try:
        name = parse_file_name(text)
    except FileNameError as error:
        check_refusal(error)
    else:
        assert parse_file_name(format_file_name(name)) == name, "read back as another name"


def check_refusal(error: FileNameError) -> None:
    """It says why."""
    assert str(error), "refused without a sentence"


if __name__ == "__main__":
    start(test_one_input)
