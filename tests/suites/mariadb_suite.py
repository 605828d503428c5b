"""MariaDB's test suite as text for its client: mysqltest's own words in it are statements to that client, or commands.

Only one word is changed before, for both sides: ``connect`` would lead the client to other hosts. The client runs in its
sandbox mode, in which it reads its commands as ever and does none that reaches files or programs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pymysql

from safesql.config.target import target_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Command, Statement
from tests.rig.mariadb import mariadb
from tests.rig.programs import find_mariadb
from tests.rig.trouble import Trouble
from tests.suites.exchange import Counted
from tests.suites.mariadb_server import Listening

MARIADB = DIALECTS["mariadb"]
PATIENCE = 30.0            # seconds for one script, of which no statement is run
WINDOW = 60
WORKERS = 4
_CONNECT = re.compile(rb"\b(connect|edit)\b", re.IGNORECASE)
_OWN = re.compile(r"SELECT DATABASE\(\)\Z|select (?:DATABASE|database)\(\), (?:USER|user)\(\) limit 1\Z|help '|exit\Z|quit\Z"
                  r"|select @@version_comment limit 1\Z|select @@character_set_client, @@character_set_connection, ")
"""What the client sends of itself: before USE, for HELP and for its status; and the word that made it leave."""
_USE = re.compile(r"use\s+(?:`([^`\n]*)`|\"([^\"\n]*)\"|'([^'\n]*)'|(\S+))?[^\n]*", re.IGNORECASE)
_ENDS = frozenset({"exit", "quit", "q"})


def compare(top: Path, folder: Path, only: str) -> Iterator[Counted]:
    """Each script of the main suite and of those for engines and features."""
    programs, client = find_mariadb(), shutil.which("mariadb") or shutil.which("mysql")
    if programs is None or client is None:
        raise Trouble("MariaDB's server and client are needed; type: apt-get install mariadb-server")
    with mariadb(programs, folder / "mariadb") as variables:
        url = variables["SAFESQL_TEST_MARIADB"]
        names = [str(path.relative_to(top)) for path in sorted(top.rglob("*.test"))]
        with ThreadPoolExecutor(WORKERS) as pool:
            yield from pool.map(lambda name: _script(top, name, (client, url)), [name for name in names if only in name])


class _Modes:
    """A session on the real server, whose sql_mode tells the client how to read."""

    def __init__(self, url: str) -> None:
        self._target = target_of(url, {})
        self._session: pymysql.Connection[pymysql.cursors.Cursor] | None = None

    def close(self) -> None:
        """Leave, when there was a session at all."""
        if self._session is not None:
            self._session.close()

    def run(self, text: bytes) -> int:
        """Run what names sql_mode; the session's status, which says whether backslashes are escapes."""
        if self._session is None:
            self._session = pymysql.connect(host=self._target.host, port=self._target.port or 3306, user=self._target.user,
                                            autocommit=True, read_timeout=10)
        if re.match(rb"\s*set\b(?!.*\bglobal\b)", text, re.IGNORECASE | re.DOTALL):
            with suppress(pymysql.Error):
                self._session.query(text.decode("utf-8", "surrogateescape"))
        return int(getattr(self._session, "server_status", 2))       # kept there, and in no type stub


def _script(top: Path, name: str, rest: tuple[str, str]) -> Counted:
    """One script: read by the client, then by us."""
    counted = Counted(name)
    read = _CONNECT.sub(rb"\1_", (top / name).read_bytes())
    try:
        text = read.decode("utf-8")
    except UnicodeDecodeError:
        counted.unread = "not UTF-8, which safesql refuses"
        return counted
    modes = _Modes(rest[1])
    listening = Listening(modes.run)
    try:
        _client(rest[0], listening.port, read)
    except subprocess.TimeoutExpired:
        counted.unread = f"the client did not end within {PATIENCE:.0f} s"
        return counted
    finally:
        modes.close()
        listening.close()
    theirs = [each.decode("utf-8", "surrogateescape") for each in listening.said]
    _compare(counted, _ours(text), [(sent.strip() if sent.startswith("use ") else bare(sent), sent) for sent in theirs])
    return counted


def _client(client: str, port: int, text: bytes) -> None:
    """Run the client on a text."""
    command = [client, "--no-defaults", "--sandbox", "--force", "--batch", "--skip-reconnect", "--default-character-set=utf8mb4",
               "-h", "127.0.0.1", "-P", str(port), "-u", "root"]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/nowhere", "EDITOR": "true"}
    with tempfile.TemporaryFile() as stream:
        stream.write(text)
        stream.seek(0)
        subprocess.run(command, stdin=stream, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE,
                       check=False, cwd="/", env=environment)


def _ours(text: str) -> Iterator[tuple[int, str, str]]:
    """Our statements: line, text without comments and space, text."""
    for piece in Splitter((text,), MARIADB):
        if isinstance(piece, Command):
            if piece.name.lower() in _ENDS:
                return
            if piece.name in ("u", "use"):
                yield piece.place.line, database(f"use {piece.argument.rstrip('; ')}"), piece.text
        elif isinstance(piece, Statement) and (said := database(piece.text)):
            yield piece.place.line, said, piece.text


def _compare(counted: Counted, ours: Iterator[tuple[int, str, str]], theirs: list[tuple[str, str]]) -> None:
    """In order; what one side has alone is a difference."""
    theirs = [each for each in theirs if each[0]]
    at = 0
    for line, said, text in ours:
        place = next((n for n in range(at, min(at + WINDOW, len(theirs))) if theirs[n][0] == said), None)
        if place is None:
            counted.extra += 1
            counted.differences.append((line, f"not sent: {text[:100]!r}"))
            continue
        counted.differences += _missed(line, theirs[at:place])
        counted.found += 1
        at = place + 1
    counted.differences += _missed(0, theirs[at:])
    counted.theirs = counted.found + sum(what.startswith("not found") for _, what in counted.differences)


def _missed(line: int, theirs: list[tuple[str, str]]) -> list[tuple[int, str]]:
    """What the client sent and we did not find, but for what it sends of itself."""
    return [(line, f"not found: {sent[:100]!r}") for _, sent in theirs if not _OWN.match(sent)]


def bare(text: str) -> str:
    """A text without comments and space, as the client leaves out comments that are not for the server."""
    return "".join("".join(token.text for token in significant(text, MARIADB)).split())


def database(text: str) -> str:
    """What USE is told: the client takes the first word, without its quotes."""
    found = _USE.fullmatch(text.strip())
    return "use " + next((group for group in found.groups() if group is not None), "") if found else bare(text)
