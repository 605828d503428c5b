"""Text on its way to a server: what cannot be sent whole is not sent at all."""

from __future__ import annotations

from safesql.errors import StatementFailed


def encoded(text: str, encoding: str) -> bytes:
    """The bytes of a statement; raises StatementFailed for a NUL, at which servers stop, and for what has no code."""
    if "\0" in text:
        raise StatementFailed(
            "the statement holds a NUL character and was not sent; remove it", position=text.index("\0")
        )
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise StatementFailed(
            f"character {text[error.start]!a} does not exist in this session's encoding {encoding}; the statement was "
            "not sent",
            position=error.start,
        ) from error


def decoded(data: bytes, encoding: str = "utf-8") -> str | bytes:
    """Text from a server, or the bytes themselves when they are not what the encoding allows."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data


def readable(data: bytes | None, encoding: str = "utf-8") -> str:
    """A name or message from a server, whatever its bytes are."""
    return (data or b"").decode(encoding, "backslashreplace")
