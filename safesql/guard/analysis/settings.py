"""SET, RESET and their kin: settings of the session, of the server, and the belts among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from safesql.guard.analysis.dynamic import template
from safesql.guard.analysis.literal import Variable, literal, pieces
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.transaction import read_write
from safesql.guard.effect import Effect, Name, Reach
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

READ_ONLY = frozenset({"transaction_read_only", "default_transaction_read_only", "tx_read_only", "query_only"})
BELTS = frozenset({
    "sql_safe_updates", "foreign_key_checks", "unique_checks", "check_constraint_checks", "sql_log_bin", "row_security",
    "innodb_strict_mode", "zero_damaged_pages", "ignore_checksum_failure", "allow_system_table_mods", "safe_updates",
    "foreign_keys", "sql_require_primary_key",
})
OFF = frozenset({"0", "off", "false", "no", "n", "f"})
LOOSE_WHEN_ON = frozenset({"zero_damaged_pages", "ignore_checksum_failure", "allow_system_table_mods"})
SCOPES = frozenset({"GLOBAL", "PERSIST", "PERSIST_ONLY", "SESSION", "LOCAL"})
SERVER_SCOPES = frozenset({"GLOBAL", "PERSIST", "PERSIST_ONLY"})


def set_(phrase: Phrase) -> Effect:
    """SET in all its forms."""
    words = phrase.words(phrase.lo + 1, 2)
    first = words.split(" ")[0] if words else ""
    if phrase.family is Family.MYSQL and first == "STATEMENT":
        return _statement(phrase)
    if first in ("ROLE", "DEFAULT") or words in ("SESSION AUTHORIZATION", "LOCAL ROLE", "SESSION ROLE"):
        return phrase.effect("SET ROLE", Reach.SESSION, None, "role")
    if "TRANSACTION" in phrase.words(phrase.lo + 1, 4).split() and first != "STATEMENT":
        verb = "SET TRANSACTION"
        server = first in SERVER_SCOPES
        reach = Reach.SERVER if server else Reach.TRANSACTION if first in ("TRANSACTION", "LOCAL") else Reach.SESSION
        return spread(phrase.effect(verb, reach, None, "server-setting" if server else "setting"), *read_write(phrase))
    if first == "CONSTRAINTS":
        return phrase.effect("SET CONSTRAINTS", Reach.TRANSACTION)
    if first == "PASSWORD":
        return replace(phrase.effect("SET PASSWORD", Reach.SERVER, None, "account"), commits=True)
    if first == "RESOURCE":
        return phrase.effect("SET RESOURCE GROUP", Reach.SESSION, None, "setting")
    parts = [part for piece in phrase.split(at=phrase.lo + 1) for part in _assignment(piece)]
    whole = replace(phrase.effect("SET", Reach.SESSION), commits=any(part.commits for part in parts))
    if len(parts) == 1 and parts[0].reach is Reach.SESSION:
        whole = replace(parts[0], at=phrase.span(), commits=whole.commits)
        parts = []
    return spread(whole, *parts, *nested(phrase))


def _statement(phrase: Phrase) -> Effect:
    """MariaDB: SET STATEMENT x = y FOR statement."""
    at = phrase.find(frozenset({"FOR"}))
    if at == phrase.hi:
        return phrase.opaque("a SET STATEMENT that is not understood")
    settings = phrase.sub(phrase.lo + 2, at)
    parts = [part for piece in settings.split() for part in _assignment(piece)]
    return spread(
        phrase.effect("SET STATEMENT", Reach.SESSION), *parts, *nested(settings), phrase.inner(at + 1, phrase.hi)
    )


def _assignment(piece: Phrase) -> Iterator[Effect]:
    """One setting with its value."""
    at, scope = piece.lo, ""
    if piece.word(at) in SCOPES:
        scope, at = piece.word(at), at + 1
    text = piece.text(at)
    if piece.kind(at) is Kind.PARAMETER and not text.startswith("@@"):
        yield _user_variable(piece, at)
        return
    if text.startswith("@@"):
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
    """Scope, name and end of @@x, @@global.x, @@session.x."""
    path = [piece.text(at).lstrip("@").strip("`").lower()]
    at += 1
    while piece.kind(at) is Kind.DOT:
        path.append(piece.text(at + 1).strip("`").lower())
        at += 2
    path = ".".join(path).split(".")
    if path[0].upper() in SCOPES and len(path) > 1:
        scope, path = path[0].upper(), path[1:]
    return scope, path[-1], at


def _setting(piece: Phrase, scope: str, name: str, at: int) -> Effect:
    """The effect of giving a setting a value."""
    value = _value(piece, at)
    if scope in SERVER_SCOPES:
        return replace(piece.effect(f"SET {scope}", Reach.SERVER, Name((name,)), "server-setting"), text=value)
    effect = piece.effect("SET", Reach.SESSION, Name((name,)), kind_of(name, value))
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


def kind_of(name: str, value: str | None) -> str:
    """Whether a setting loosens a belt of the server, given its value (None: not known, taken for restoring one)."""
    plain = (value or "").strip("\"'`").lower()
    if name in READ_ONLY:
        return "read-write" if value is None or plain in OFF else "setting"
    if name == "session_replication_role":
        return "setting" if plain in ("origin", "default", "") else "belt"
    if name == "sql_mode":
        return (
            "belt"
            if value is not None and "strict" not in plain and plain not in ("default", "traditional")
            else "setting"
        )
    if name in BELTS:
        loose = plain not in OFF and value is not None if name in LOOSE_WHEN_ON else plain in OFF
        return "belt" if loose else "setting"
    return "setting"


def reset(phrase: Phrase) -> Effect | None:
    """RESET of a session's setting (PostgreSQL); other things that RESET belong to the server."""
    if phrase.family is not Family.POSTGRES:
        return None
    if phrase.word(phrase.lo + 1) in ("ROLE", "SESSION"):
        return phrase.effect("RESET ROLE", Reach.SESSION, None, "role")
    name, _ = name_at(phrase, phrase.lo + 1)
    kind = "read-write" if name and name.parts[-1].lower() in {*READ_ONLY, "all"} else "setting"
    return phrase.effect("RESET", Reach.SESSION, name, kind)
