"""All examples: hand-written outcomes that the reference and the engine are both held to."""

from tests.reference.example import Example
from tests.reference.examples_cells import SECTION_4_CELLS
from tests.reference.examples_findings import SECTION_5_VALUES
from tests.reference.examples_ids import SECTION_5_IDS
from tests.reference.examples_reading import READING
from tests.reference.examples_records import SECTION_4_RECORDS
from tests.reference.examples_repeated import SECTION_5_REPEATED

EXAMPLES: tuple[Example, ...] = (
    *READING,
    *SECTION_4_CELLS,
    *SECTION_4_RECORDS,
    *SECTION_5_IDS,
    *SECTION_5_VALUES,
    *SECTION_5_REPEATED,
)
