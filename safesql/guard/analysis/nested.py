"""What hides in the brackets of a statement: data-modifying CTEs, and functions that do more than compute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from safesql.guard.analysis.belts import UNTIL_THE_END, kind_of
from safesql.guard.analysis.functions import DEEDS, QUIET_WRITES, TEXTS
from safesql.guard.analysis.jobs import command_of
from safesql.guard.analysis.literal import literal
from safesql.guard.analysis.names import NAMES
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.analysis.template import judged
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.sql.token import Kind, Span

HEADS = frozenset({"WITH", "DELETE", "UPDATE", "INSERT", "MERGE", "REPLACE"})
SET = frozenset({"SET"})
CONSTANTS = frozenset({"TRUE", "FALSE", "NULL"})
STATEMENT = frozenset({"FROM", "INTO", "OR", "ONLY", "TABLE", "RECURSIVE"})


def nested(phrase: Phrase) -> tuple[Effect, ...]:
    """The effects inside, outermost first, each statement once; linear in the length of the phrase."""
    return tuple(_found(phrase))


def _found(phrase: Phrase) -> Iterator[Effect]:
    """Look behind every opening bracket, and before it."""
    code, done = phrase.code, phrase.lo
    for at in _opens(phrase):
        if at < done:
            continue
        yield from _called(phrase, at)
        if at + 1 < phrase.hi and code.words[at + 1] in HEADS and _is_statement(phrase, at + 1):
            yield phrase.inner(at + 1, code.partner[at])
            done = code.partner[at]


def _opens(phrase: Phrase) -> list[int]:
    """The opening brackets inside, in order."""
    opens = phrase.code.opens
    return opens[bisect_left(opens, phrase.lo) : bisect_left(opens, phrase.hi)]


def _is_statement(phrase: Phrase, at: int) -> bool:
    """Whether a word behind a bracket begins a statement, and is not a column or a function of that name."""
    word, following = phrase.code.words[at], phrase.word(at + 1)
    if word == "WITH":
        return True
    if word in ("DELETE", "INSERT", "MERGE") and following in STATEMENT:
        return True
    if word == "UPDATE" and phrase.inside(at - 1).find(SET) >= phrase.code.partner[at - 1]:
        return False                                           # a column of that name, with its type
    if word in ("UPDATE", "REPLACE", "MERGE"):
        return phrase.kind(at + 1) in NAMES and following not in (
            "AS",
            "IS",
            "IN",
            "LIKE",
            "AND",
            "OR",
            "ASC",
            "DESC",
            "NOT",
        )
    return False


def _called(phrase: Phrase, at: int) -> Iterator[Effect]:
    """The function before a bracket, where it is one that does more."""
    token = phrase.code.tokens[at - 1] if at > phrase.lo else None
    if token is None or token.kind not in NAMES:
        return
    name = token.text.strip('"`[]').lower()
    if name in DEEDS:
        verb, reach, kind, note = DEEDS[name]
        extent = Extent.ALL if reach is Reach.ROWS else Extent.ADDED
        yield Effect(verb, reach, _place(phrase, at), Name((name,)), kind, extent, note)
    elif name == "set_config":
        yield _configured(phrase, at)
    elif name in QUIET_WRITES:
        verb, reach, kind = QUIET_WRITES[name]
        yield Effect(verb, reach, _place(phrase, at), _setting(phrase, at) or Name((name,)), kind)
    if name in TEXTS:
        yield from _texts(phrase, at, name)
    command = command_of(phrase, name, at)
    if command is not None:
        yield from _text(phrase, at, name, command)


def _configured(phrase: Phrase, at: int) -> Effect:
    """set_config('name', 'value', is_local): a SET; a name that is put together may be any, a read-only one too."""
    arguments = phrase.inside(at).split()
    name, value = [*map(literal, arguments[:2]), None, None][:2]
    if name is None:
        return Effect("SET", Reach.SESSION, _place(phrase, at), None, "read-write", note="which setting is computed")
    name = name.lower()
    stays = len(arguments) == 3 and arguments[2].word(arguments[2].lo) == "FALSE"
    note = "" if stays else UNTIL_THE_END
    return Effect("SET", Reach.SESSION, _place(phrase, at), Name((name,)), kind_of(name, value), note=note, text=value)


def _setting(phrase: Phrase, at: int) -> Name | None:
    """What setval and nextval name in their first argument, where it is a literal."""
    text = literal(phrase.sub(at + 1, at + 2)) if phrase.kind(at + 1) is Kind.STRING else None
    return Name((text,)) if text else None


def _texts(phrase: Phrase, at: int, name: str) -> Iterator[Effect]:
    """The statements in the arguments of a function that runs text; opaque where one of them is computed."""
    arguments = phrase.inside(at).split()
    if name == "ts_rewrite":
        arguments = arguments[1:] if len(arguments) == 2 else []
    elif name.startswith("dblink") and len(arguments) > 1 and not _constant(arguments[1]):
        arguments = arguments[1:]                              # the first is the connection
    for argument in arguments:
        yield from _text(phrase, at, name, argument)


def _text(phrase: Phrase, at: int, name: str, argument: Phrase) -> Iterator[Effect]:
    """The statement in one of them."""
    text = literal(argument)
    if text is None and not _constant(argument):
        note = f"{name} runs a text that is put together at run time"
        whole = phrase.sub(at - 1, phrase.code.partner[at] + 1)
        yield located(judged(argument) or whole.opaque(note, "dynamic"), argument)
    elif text and " " in text.strip() and "=" not in text.split()[0] and not _is_search(name, text):
        yield from _inside_text(phrase, argument, text)


def _constant(argument: Phrase) -> bool:
    """Whether an argument is a number, a truth value or NULL, which no statement is."""
    single = argument.hi - argument.lo == 1
    return single and (argument.kind(argument.lo) is Kind.NUMBER or argument.word(argument.lo) in CONSTANTS)


def _is_search(name: str, text: str) -> bool:
    """Whether the second argument of ts_rewrite is a search and no query: only a query has SELECT or TABLE in it."""
    return name == "ts_rewrite" and not any(word in text.upper() for word in ("SELECT", "TABLE", "VALUES"))


def _inside_text(phrase: Phrase, argument: Phrase, text: str) -> Iterator[Effect]:
    """A statement in a string, standing where the string stands."""
    effect = phrase.code.reader.text(text, phrase.dialect, phrase.depth + 1)
    yield located(effect, argument)


def located(effect: Effect, place: Phrase) -> Effect:
    """The effect of a text, with all of its parts placed where the text stands in the statement."""
    return placed(effect, place.span())


def placed(effect: Effect, at: Span) -> Effect:
    """The effect with all of its parts standing at one place."""
    parts = tuple(placed(part, at) for part in effect.parts)
    return Effect(
        effect.verb, effect.reach, at, effect.target, effect.kind, effect.extent, effect.note,
        commits=effect.commits, alone=effect.alone, parts=parts, later=effect.later, text=effect.text,
    )


def _place(phrase: Phrase, at: int) -> Span:
    """The call, from its name to its closing bracket."""
    return phrase.sub(at - 1, phrase.code.partner[at] + 1).span()
