"""Which of the names that could stand somewhere are meant by what was typed: begun, contained, or hinted at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nsmallest

from safesql.repl.keywords import RESERVED
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import is_plain, quote_name

MOST = 300
NOWHERE = 9


@dataclass(frozen=True, slots=True)
class Candidate:
    """``text`` replaces the ``length`` characters before the cursor; ``name`` is shown, ``about`` beside it."""

    text: str
    name: str
    about: str
    length: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could stand there: a keyword where ``about`` is empty; ``raw`` is inserted as it is."""

    name: str
    about: str = ""
    raw: str = ""


def ranked(offers: Iterable[Offer], word: str, dialect: Dialect, used: Mapping[str, int]) -> list[Candidate]:
    """Each name once: those that begin as typed, have a part that does, contain it, or have its letters in order.

    Among these what was used more often comes first, then the order of the offers.
    """
    low = word.lower()
    found: dict[str, tuple[int, int, int, Offer]] = {}
    for number, offer in enumerate(offers):
        name = offer.name.lower() if low else ""
        rank = _rank(name, low) if low else 0
        if rank < NOWHERE and offer.name != word and offer.name not in found:
            found[offer.name] = (rank, -used.get(name, 0), number, offer)
        if not low and len(found) >= MOST:
            break
    best = nsmallest(MOST, found.values()) if low else found.values()      # numbers differ, so offers are not compared
    return [Candidate(_written(offer, word, dialect), offer.name, offer.about, len(word)) for *_, offer in best]


def _rank(name: str, low: str) -> int:
    """How well a name fits, 0 the best."""
    if name.startswith(low):
        return 0
    at = name.find(low)
    if at > 0:
        return 1 if not name[at - 1].isalnum() else 2
    return 3 if len(low) > 1 and _in_order(name, low) else NOWHERE


def _in_order(name: str, low: str) -> bool:
    """Whether the letters stand in the name in this order, the first of them at the beginning of a part."""
    start = -1
    while (start := name.find(low[0], start + 1)) >= 0:
        if start and name[start - 1].isalnum():
            continue
        at = start
        for letter in low[1:]:
            at = name.find(letter, at + 1)
            if at < 0:
                return False
        return True
    return False


def _written(offer: Offer, word: str, dialect: Dialect) -> str:
    """A name quoted where it must be; a keyword in the case of what was typed."""
    if offer.raw:
        return offer.raw
    name = offer.name
    if not offer.about:
        return name.lower() if word.islower() or not word else name
    if is_plain(name, dialect) and (offer.about.startswith("function") or name.upper() not in RESERVED):
        return name
    return quote_name(name, dialect)
