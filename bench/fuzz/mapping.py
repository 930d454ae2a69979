"""Any bytes as mapping document: `python -m bench.fuzz.mapping` (started by the driver).

It is a `MappingError` with at least one problem, each with a sentence, or a document that can be used.
"""

from __future__ import annotations

from bench.fuzz.harness import instrumented, start

with instrumented():
    from ingest.crm.mapping import MappingDocument, MappingError, load_mapping


def test_one_input(data: bytes) -> None:
    """One document."""
    try:
        document = load_mapping(data)
    except MappingError as error:
        check_refusal(error)
    else:
        check_mapping(document, data)


def check_refusal(error: MappingError) -> None:
    """It says why."""
    assert error.problems, "refused without a reason"
    assert all(problem.sentence for problem in error.problems), "a problem without a sentence"


def check_mapping(document: MappingDocument, data: bytes) -> None:
    """It can be used, and reading it again gives the same."""
    names = document.named_columns
    assert names, "a mapping that uses no column"
    assert len(set(names)) == len(names), "a column is named twice"
    assert load_mapping(data) == document, "the same bytes gave another mapping"


if __name__ == "__main__":
    start(test_one_input)
