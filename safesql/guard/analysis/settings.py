"""SET, RESET and their kin: settings of the session, of the server, and the belts among them."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.belts import OFF, READ_ONLY, UNTIL_THE_END, kind_of
from safesql.guard.analysis.dynamic import template
from safesql.guard.analysis.literal import Variable, literal, pieces
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.transaction import read_write
from safesql.guard.effect import Effect, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

SCOPES = frozenset({"GLOBAL", "PERSIST", "PERSIST_ONLY", "SESSION", "LOCAL"})
SERVER_SCOPES = frozenset({"GLOBAL", "PERSIST", "PERSIST_ONLY"})


def set_(phrase: Phrase) -> Effect:
    """SET in all its forms."""
    words = phrase.words(phrase.lo + 1, 2)
    first = words.split(" ")[0] if words else ""
    if phrase.family is Family.MYSQL and first == "STATEMENT":
        return _statement(phrase)
    if first in ("ROLE", "DEFAULT") or words in ("SESSION AUTHORIZATION", "LOCAL ROLE", "SESSION ROLE"):
        lasts = first == "DEFAULT" and phrase.family is Family.MYSQL          # an account is changed, and that commits
        return replace(phrase.effect("SET ROLE", Reach.SESSION, _role(phrase, first), "role"), commits=lasts)
    if "TRANSACTION" in phrase.words(phrase.lo + 1, 4).split() and first != "STATEMENT":
        verb = "SET TRANSACTION"
        server = first in SERVER_SCOPES
        reach = Reach.SERVER if server else Reach.TRANSACTION if first in ("TRANSACTION", "LOCAL") else Reach.SESSION
        kind = "server-setting" if server else "transaction"
        return spread(phrase.effect(verb, reach, None, kind), *read_write(phrase))
    if first == "CONSTRAINTS":
        return phrase.effect("SET CONSTRAINTS", Reach.TRANSACTION)
    if first == "PASSWORD":
        return replace(phrase.effect("SET PASSWORD", Reach.SERVER, None, "account"), commits=True)
    if first == "RESOURCE":
        return phrase.effect("SET RESOURCE GROUP", Reach.SESSION, None, "setting")
    parts = list(_assignments(phrase.sub(phrase.lo + 1, phrase.hi)))
    whole = replace(phrase.effect("SET", Reach.SESSION), commits=any(part.commits for part in parts))
    if len(parts) == 1 and parts[0].reach is Reach.SESSION:
        whole = replace(parts[0], at=phrase.span(), commits=whole.commits)
        parts = []
    return spread(whole, *parts, *nested(phrase))


def _role(phrase: Phrase, first: str) -> Name | None:
    """Who one is from now on, where a name says it."""
    at = phrase.lo + (2 if first in ("ROLE", "DEFAULT") else 3)
    at += phrase.text(at) == "=" or phrase.word(at) in ("TO", "ROLE")
    name = literal(phrase.sub(at, at + 1))
    return Name((name,)) if name else name_at(phrase, at)[0]


def _statement(phrase: Phrase) -> Effect:
    """MariaDB: SET STATEMENT x = y FOR statement."""
    at = phrase.find(frozenset({"FOR"}))
    if at == phrase.hi:
        return phrase.opaque("a SET STATEMENT that is not understood")
    settings = phrase.sub(phrase.lo + 2, at)
    parts = list(_assignments(settings))
    return spread(
        phrase.effect("SET STATEMENT", Reach.SESSION), *parts, *nested(settings), phrase.inner(at + 1, phrase.hi)
    )


def _assignments(phrase: Phrase) -> Iterator[Effect]:
    """The settings of a list; the word GLOBAL may count for those behind it that say nothing else, on some servers.

    https://dev.mysql.com/doc/refman/8.4/en/set-variable.html, Multiple Variable Assignment.
    """
    sticking = ""
    for piece in phrase.split():
        word = piece.word(piece.lo)
        sticking = word if word in SCOPES else sticking
        for effect in _assignment(piece):
            yield effect
            if sticking in SERVER_SCOPES and effect.reach is Reach.SESSION and effect.kind != "variable":
                yield replace(effect, verb=f"SET {sticking}", reach=Reach.SERVER, kind="server-setting")


def _assignment(piece: Phrase) -> Iterator[Effect]:
    """One setting with its value."""
    at, scope = piece.lo, ""
    if piece.word(at) in SCOPES:
        scope, at = piece.word(at), at + 1
    text = piece.text(at)
    system = text.startswith("@@") or (text == "@" and piece.text(at + 1).startswith("@`"))
    if piece.kind(at) is Kind.PARAMETER and not system:
        yield _user_variable(piece, at)
        return
    if system:
        scope, name, at = _system_variable(piece, at, scope)
    else:
        found, at = name_at(piece, at)
        name = found.parts[-1].lower() if found else ""
    yield _setting(piece, scope, name, at)


def _user_variable(piece: Phrase, at: int) -> Effect:
    """SET @x = ..: the literal it holds from now on, or the pieces it is put together from."""
    name = pieces(piece.sub(at, at + 1)) or []
    target = Name((name[0].name,)) if name and isinstance(name[0], Variable) else None
    value = piece.sub(at + 2, piece.hi)
    effect = piece.effect("SET", Reach.SESSION, target, "variable")
    return replace(effect, text=literal(value), later=template(value, pieces(value) or []))


def _system_variable(piece: Phrase, at: int, scope: str) -> tuple[str, str, int]:
    """Scope, name and end of @@x, @@`x`, @@global.x, @@session . `x`."""
    written = ""
    while at < piece.hi and piece.text(at) not in ("=", ":="):
        written += piece.text(at).replace("`", "")
        at += 1
    path = written.lstrip("@").lower().split(".")
    if path[0].upper() in SCOPES and len(path) > 1:
        scope, path = path[0].upper(), path[1:]
    return scope, path[-1], at


def _setting(piece: Phrase, scope: str, name: str, at: int) -> Effect:
    """The effect of giving a setting a value."""
    value = _value(piece, at)
    if name == "schema" and piece.family is Family.POSTGRES:
        name = "search_path"                      # SET SCHEMA 'x' is another way to say it
    if scope in SERVER_SCOPES:
        return replace(piece.effect(f"SET {scope}", Reach.SERVER, Name((name,)), "server-setting"), text=value)
    effect = piece.effect("SET", Reach.SESSION, Name((name,)), kind_of(name, value))
    if scope == "LOCAL" and piece.family is Family.POSTGRES:
        effect = replace(effect, note=UNTIL_THE_END)
    return replace(effect, commits=name == "autocommit" and (value or "1").lower() not in OFF, text=value)


def _value(piece: Phrase, at: int) -> str | None:
    """The literal after = or TO, or a single word; None for anything that is computed."""
    if piece.text(at) in ("=", ":=") or piece.word(at) == "TO":
        at += 1
    rest = piece.sub(at, piece.hi)
    text = literal(rest)
    if text is not None or rest.hi - rest.lo != 1:
        return text
    return rest.text(rest.lo) if rest.kind(rest.lo) in (Kind.WORD, Kind.NUMBER, Kind.NAME) else None


def reset(phrase: Phrase) -> Effect | None:
    """RESET of a session's setting (PostgreSQL); other things that RESET belong to the server."""
    if phrase.family is not Family.POSTGRES:
        return None
    if phrase.word(phrase.lo + 1) in ("ROLE", "SESSION"):
        return phrase.effect("RESET ROLE", Reach.SESSION, None, "role")
    name, _ = name_at(phrase, phrase.lo + 1)
    setting = name.parts[-1].lower() if name else ""
    kind = "read-write" if setting in {*READ_ONLY, "all"} else kind_of(setting, None)
    return phrase.effect("RESET", Reach.SESSION, name, kind)


def discard(phrase: Phrase) -> Effect:
    """PostgreSQL: DISCARD ALL resets every setting, and with them that of a session that only reads."""
    if phrase.word(phrase.lo + 1) == "ALL":
        return phrase.effect("DISCARD", Reach.SESSION, Name(("all",)), "read-write")
    return phrase.effect("DISCARD", Reach.SESSION, None, "setting")
