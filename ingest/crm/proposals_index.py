"""The traits and keys of a workspace, arranged so that many columns find theirs quickly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from ingest.aam.records import KEY_PATTERN
from ingest.crm.catalogue import Catalogue, TraitEntry, rule_terms
from ingest.crm.mapping_columns import RESERVED_KEYS
from ingest.crm.mapping_members import LARGEST_NUMBER
from ingest.crm.proposals_tokens import joined, tokens, word_set

# `members` is `member` and `platin` `platinum`; `gold` is not `golf`.
_SAME_WORD: Final = 85.0
_SHORTEST_FUZZY: Final = 4
_SAME_KEY: Final = 88.0
_SAME_NAME: Final = 90.0
_LONGEST_QUERY: Final = 8
_MOST_EXTRA_WORDS: Final = 2
# A trait whose name has one of these means the opposite of the words it is found by.
_NEGATIONS: Final = word_set(
    "no non not un without ex former nicht kein keine ohne nie pas sans sin senza niet geen zonder bez 非 无 未 不"
)


@dataclass(frozen=True)
class NameMatch:
    """A trait found by its name: how alike the words are (0..100), and whether the column's name is among them."""

    trait: TraitEntry
    likeness: float
    with_column: bool


@dataclass(frozen=True)
class RuleValue:
    """A value that a trait's rule asks for, in the rule's own spelling."""

    value: str
    trait: TraitEntry


class Index:
    """The catalogue by number, name, rule and key. Traits that a file cannot set are found by number only."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        known = [trait for trait in catalogue.traits if 1 <= trait.sid <= LARGEST_NUMBER]
        self.by_number: Mapping[str, TraitEntry] = {str(trait.sid): trait for trait in known}
        self.settable = sorted(
            (trait for trait in self.by_number.values() if catalogue.may_set(trait)), key=lambda trait: trait.sid
        )
        self.settable_numbers = frozenset(str(trait.sid) for trait in self.settable)
        self._same_words: dict[str, frozenset[int]] = {}
        self._of_columns: dict[tuple[str, ...], frozenset[int]] = {}

    @cached_property
    def _names(self) -> list[tuple[str, ...]]:
        return [tokens(trait.name) for trait in self.settable]

    @cached_property
    def _traits_with(self) -> Mapping[str, frozenset[int]]:
        found: defaultdict[str, set[int]] = defaultdict(set)
        for place, words in enumerate(self._names):
            for word in words:
                found[word].add(place)
        return {word: frozenset(places) for word, places in found.items()}

    @cached_property
    def _words_by_letter(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._traits_with:
            found[word[0]].append(word)
        return found

    @cached_property
    def _at_most(self) -> list[frozenset[int]]:
        """How many words at most → where traits have names of so few."""
        lengths = [len(name) for name in self._names]
        longest = _LONGEST_QUERY + _MOST_EXTRA_WORDS
        return [frozenset(p for p, length in enumerate(lengths) if length <= most) for most in range(longest + 1)]

    @cached_property
    def rules(self) -> Mapping[str, Mapping[str, RuleValue]]:
        """Key → value in lower case → the first trait whose rule asks for both. Any type of trait has rules."""
        found: defaultdict[str, dict[str, RuleValue]] = defaultdict(dict)
        for trait in sorted(self.catalogue.traits, key=lambda trait: trait.sid):
            if self.catalogue.dpid in (None, trait.dpid):
                for term in rule_terms(trait.rule):
                    found[term.key].setdefault(term.value.casefold(), RuleValue(term.value, trait))
        return found

    @cached_property
    def keys_by_value(self) -> Mapping[str, frozenset[str]]:
        """Value in lower case → the keys of rules that ask for it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for key, values in self.rules.items():
            for value in values:
                found[value].add(key)
        return {value: frozenset(keys) for value, keys in found.items()}

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """Words of a key in one piece → the key; where several are alike the one that is used most."""
        uses = dict.fromkeys(self.rules, 0) | {known.key: known.uses for known in self.catalogue.keys}
        usable = [key for key in uses if KEY_PATTERN.fullmatch(key) and key not in RESERVED_KEYS]
        return {joined(key): key for key in sorted(usable, key=lambda key: (uses[key], key)) if joined(key)}

    @cached_property
    def _key_words(self) -> list[str]:
        return sorted(self._keys)

    def is_known_key(self, key: str) -> bool:
        """Whether mappings or rules use this very key."""
        return self._keys.get(joined(key)) == key

    def key_like(self, name: str) -> tuple[str, bool] | None:
        """The known key that a column's name spells, and whether it does so exactly."""
        text = joined(name)
        if not text or text in self._keys:
            return (self._keys[text], True) if text else None
        if len(text) < _SHORTEST_FUZZY:
            return None
        close = process.extractOne(text, self._key_words, scorer=fuzz.ratio, score_cutoff=_SAME_KEY)
        if close is None or not may_be_same(text, close[0]):
            return None
        return self._keys[close[0]], False

    def trait_named(self, value: str, column: str) -> NameMatch | None:
        """The one trait whose name has all words of a value, best with those of its column beside them.

        None where no trait or more than one is meant.
        """
        words, column_words = tokens(value), tokens(column)
        if not words or len(words) > _LONGEST_QUERY:
            return None
        places = self._having_all(words)
        with_column = places & self._with_most(column_words)
        if with_column:
            return self._best(with_column, (*column_words, *words), with_column=True)
        short = places & self._at_most[len(words) + _MOST_EXTRA_WORDS]
        return self._best(short, words, with_column=False)

    def _having_all(self, words: Iterable[str]) -> frozenset[int]:
        found: frozenset[int] | None = None
        for word in words:
            places = self._with_word(word)
            found = places if found is None else found & places
            if not found:
                break
        return found or frozenset()

    def _with_most(self, words: tuple[str, ...]) -> frozenset[int]:
        """Where names have at least half of the words of a column's name; the same for every value of the column."""
        known = self._of_columns.get(words)
        if known is None:
            hits = Counter(place for word in words for place in self._with_word(word))
            known = frozenset(place for place, count in hits.items() if 2 * count >= len(words))
            self._of_columns[words] = known
        return known

    def _with_word(self, word: str) -> frozenset[int]:
        """Where traits have this word, or one that is so close that it is the same in another form."""
        known = self._same_words.get(word)
        if known is None:
            found = set(self._traits_with.get(word, ()))
            for other in self._close_words(word):
                found |= self._traits_with[other]
            known = self._same_words[word] = frozenset(found)
        return known

    def _close_words(self, word: str) -> list[str]:
        if len(word) < _SHORTEST_FUZZY or word.isdigit():
            return []
        # The first letter has to agree: `unsubscribed` and `inactive` are no misspellings of their opposites.
        choices = self._words_by_letter.get(word[0], [])
        close = process.extract(word, choices, scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=None)
        return [choice for choice, _, _ in close]

    def _best(self, places: frozenset[int], words: tuple[str, ...], *, with_column: bool) -> NameMatch | None:
        query = " ".join(words)
        scored = sorted(
            (-fuzz.token_sort_ratio(query, " ".join(self._names[place])), place)
            for place in places
            if not self._is_opposite(place, words)
        )
        if not scored:
            return None
        likeness = -scored[0][0]
        if len(scored) > 1 and (scored[1][0] == scored[0][0] or likeness < _SAME_NAME):
            return None
        return NameMatch(self.settable[scored[0][1]], likeness, with_column)

    def _is_opposite(self, place: int, words: tuple[str, ...]) -> bool:
        return not _NEGATIONS.isdisjoint(set(self._names[place]) - set(words))


def may_be_same(text: str, other: str) -> bool:
    """Whether two names that look alike may mean the same: same first letter, same numbers in them."""
    return text[:1] == other[:1] and _digits(text) == _digits(other)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
