"""What holds for the proposals of any file, whatever it holds."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.identifiers import IdType
from ingest.aam.personal_data import is_email
from ingest.aam.traits import TraitType
from ingest.crm.mapping import (
    Action,
    ColumnMapping,
    CommasInValues,
    Compression,
    IdColumn,
    Kind,
    MappingDocument,
    Mode,
    Named,
    OutputOptions,
    ReaderOptions,
    RepeatedIds,
    TransformName,
    UnsafeValues,
    mapping_to_document,
    parse_mapping,
)
from ingest.crm.proposals import (
    Catalogue,
    ColumnLook,
    KnownKey,
    Personal,
    Remembered,
    TraitEntry,
    compare_header,
    header_fingerprint,
    propose_columns,
    propose_emails,
    propose_ids,
    propose_sync_ids,
)
from tests.strategies.columns import long_numbers, look_of, uuids

NAMES = [
    "Customer no.", "E-Mail", "Kundennummer", "客户编号", "VIP", "Segments", "Left", "joined", "City", "name", "d_sid",
    "2024", "地区", "phone", "IDFA", "ecid", "tier", "",
]  # fmt: skip
WORDS = [
    "yes", "no", "gold", "silver", "7001", "7002|7003", "7001, 7002", "2024-01-31", "03/11/2020", "12,50", "A-1001",
    "4111 1111 1111 1111", "+44 20 7946 0000", "golf;chess", "a long sentence about a customer", "金卡", "1.2E+15",
    "ada@example.com", *uuids(2), *long_numbers(2),
]  # fmt: skip
trimmed = st.text(max_size=12).map(str.strip)
texts = st.one_of(st.sampled_from(WORDS), trimmed)
names = st.one_of(st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.strip))
addresses = st.from_regex(r"\A[a-z]{1,6}[0-9]{0,2}@example\.com\Z")
sids = st.integers(0, 2**60)
rules = st.sampled_from([None, 'tier == "Gold"', 'ic == "A-1001"', 'd_sid == "yes"', 'a == "no"', 'b == "NO"'])
traits = st.builds(
    TraitEntry,
    sid=st.one_of(st.sampled_from([7001, 7002, 7003]), sids),
    name=st.one_of(st.sampled_from(["Tier gold", "VIP", "silver", "Non VIP", "金卡会员"]), texts),
    dpid=st.sampled_from([478, 9]),
    type=st.sampled_from(TraitType),
    rule=st.one_of(rules, texts),
)
known = st.one_of(st.sampled_from(["city", "joined", "d_unsid", "-x", "tier"]), texts)
keys = st.builds(KnownKey, known, st.integers(0, 9))
catalogues = st.builds(
    Catalogue,
    st.lists(traits, max_size=8, unique_by=lambda trait: trait.sid).map(tuple),
    st.lists(keys, max_size=4, unique_by=lambda known: known.key).map(tuple),
    st.sampled_from([None, 478, 9]),
)


@st.composite
def columns(draw: st.DrawFn) -> tuple[ColumnLook, ...]:
    header = draw(st.lists(names, min_size=1, max_size=5))
    rows = draw(st.integers(1, 12))
    made = []
    for position, name in enumerate(header):
        few = st.sampled_from(draw(st.lists(texts, min_size=1, max_size=4)))
        cells = draw(st.sampled_from([few, st.one_of(texts, st.just(""))]))
        made.append(look_of(name, draw(st.lists(cells, min_size=rows, max_size=rows)), position))
    return tuple(made)


def document_of(columns: Sequence[ColumnMapping], mode: Mode, identity: IdColumn) -> MappingDocument:
    return MappingDocument(
        version=1,
        kind=Kind.TRAITS,
        mode=mode,
        dpid=478,
        ids=(identity,),
        columns=tuple(columns),
        unsafe_values=UnsafeValues.CLEAN,
        commas_in_values=CommasInValues.CLEAN,
        repeated_ids=RepeatedIds.KEEP,
        reader=ReaderOptions(),
        output=OutputOptions(Compression.GZIP, 1_000_000),
    )


ANYBODY = IdColumn("crm", IdType.CUSTOMER_ID)


@settings(deadline=None, max_examples=300)
@given(columns(), catalogues, st.sampled_from(Mode))
def test_every_proposal_is_accepted_by_the_mapping(
    looks: tuple[ColumnLook, ...], catalogue: Catalogue, mode: Mode
) -> None:
    found = propose_columns(looks, catalogue, mode=mode)
    assert [(column.column, column.position) for column in found] == [(look.name, look.position) for look in looks]
    for column in found:
        assert column.proposals
        for proposal in column.proposals:
            assert proposal.reason.say()
            if proposal.mapping is not None:
                document = document_of([proposal.mapping], mode, ANYBODY)
                assert parse_mapping(mapping_to_document(document)) == document
                assert proposal.mapping.column == column.column


@settings(deadline=None, max_examples=200)
@given(columns())
def test_every_guess_about_ids_is_accepted_by_the_mapping(looks: tuple[ColumnLook, ...]) -> None:
    by_name = {look.name: look for look in looks}
    for guess in (*propose_ids(looks), *propose_sync_ids(looks)):
        document = document_of([ColumnMapping("x", Action.SIGNAL, key="x")], Mode.SYNC, guess.id_column)
        assert parse_mapping(mapping_to_document(document)) == document
        assert 0 <= guess.fit <= 1
        assert by_name[guess.column].position == guess.position
        assert guess.reason.say()


@settings(deadline=None, max_examples=200)
@given(
    names,
    st.lists(addresses, min_size=1, max_size=12),
    st.lists(st.one_of(texts, addresses, st.just("")), max_size=12),
    catalogues,
    st.booleans(),
)
def test_addresses_are_never_sent_or_ids_unless_they_are_hashed(
    name: str, some: list[str], others: list[str], catalogue: Catalogue, remembered: bool
) -> None:
    look = look_of(name, [*some, *others])
    memory = Remembered((ColumnMapping(name, Action.SIGNAL, key="x"),)) if remembered else Remembered()
    (column,) = propose_columns([look], catalogue, own=memory, workspace=memory)
    share = sum(rows for value, rows in look.samples if is_email(value)) / look.filled
    if share >= 0.1:
        assert all(proposal.mapping is None for proposal in column.proposals)
        hashed = Named(TransformName.EMAIL_SHA256)
        assert all(hashed in guess.transforms for guess in propose_ids([look]))
        if name:
            assert column.personal is Personal.EMAIL
    if share >= 0.5 and name:
        assert [guess.email.hashed for guess in propose_emails([look])] == [False]


@settings(deadline=None, max_examples=100)
@given(columns(), catalogues)
def test_the_same_file_gives_the_same_proposals(looks: tuple[ColumnLook, ...], catalogue: Catalogue) -> None:
    again = Catalogue(tuple(reversed(catalogue.traits)), tuple(reversed(catalogue.keys)), catalogue.dpid)
    assert propose_columns(looks, again) == propose_columns(looks, catalogue)
    assert propose_ids(looks) == propose_ids(looks)


@settings(deadline=None, max_examples=200)
@given(st.lists(names, max_size=6), st.lists(names.filter(bool), min_size=1, max_size=4, unique=True))
def test_a_difference_accounts_for_every_column(header: list[str], used: list[str]) -> None:
    signals = [ColumnMapping(name, Action.SIGNAL, key="x") for name in used[1:]]
    document = document_of(signals, Mode.SYNC, IdColumn(used[0], IdType.CUSTOMER_ID))
    difference = compare_header(document, header)
    assert set(difference.same) | set(difference.new) == set(header) - {""}
    assert not set(difference.same) & set(difference.new)
    assert set(difference.gone) == set(used) - set(header)
    for pair in difference.renamed:
        assert pair.old in difference.gone
        assert pair.new in difference.new
        assert 0 < pair.likeness <= 1
    assert header_fingerprint(header) == header_fingerprint(list(reversed(header)))
