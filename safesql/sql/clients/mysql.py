r"""The mysql and mariadb clients: a delimiter that can be changed, one-letter backslash commands, words for the client.

https://mariadb.com/kb/en/mariadb-command-line-client/ and https://dev.mysql.com/doc/refman/8.4/en/mysql-commands.html;
the corners are those of client/mysql.cc.
"""

from __future__ import annotations

import re
from functools import cache

from safesql.sql.cut import Client, Cut, Cutter, Found, Splice, View
from safesql.sql.dialect import Dialect
from safesql.sql.possessive import compiled
from safesql.sql.statement import Ending
from safesql.sql.strings import BACKTICK, DOUBLE, ESCAPED, SINGLE

_INSIDE = r"[^*/]++|/\*(?!M?!)|/|\*(?!/)"                    # in a comment the client takes /*/ for no end,
_BLOCK = rf"/\*(?:/\*!(?:{_INSIDE})*+\*/|{_INSIDE})*+\*/"      # and an executable one inside for one of its own
_LETTERS = frozenset("?CcrdeGqghntwPpRWsTu!.-#x")          # after a backslash; others stay in the statement
_WITH_ARGUMENT = frozenset(
    "? charset connect delimiter help pager prompt query_attributes source system tee".split()
)
_ALONE = frozenset(
    "clear edit ego exit go nopager notee nowarning print quit rehash resetconnection sandbox ssl_session_data_print "
    "status warnings".split()
)
_WORD = compiled(r"[?A-Za-z_]++")
_USE = compiled(r"use[ \t]++[^\n]*+", re.IGNORECASE | re.ASCII)
_BACKSLASH = compiled(r"\\([A-Za-z_]+\+?|[?!.\-#])")
_SANDBOX = compiled(r"/\*M?!999999\\-[^\n]*")
_PUNCTUATION = compiled(r"[^A-Za-z0-9_\s]+")
_DELIMITER = 9             # letters of the word
_LONGEST = 15              # characters of a delimiter that the client keeps


class MysqlCutter(Cutter):
    """One statement as the mysql client reads it; brackets and bodies mean nothing to it."""

    __slots__ = ()

    def cut(self) -> Cut | Splice | None:
        """The end of the statement; a line with nothing but USE needs no delimiter."""
        view = self.view
        use = _USE.match(view.buffer, view.start) if view.fresh else None
        if use is None or _has_end(use[0], view):
            return super().cut()
        line = use.end()
        if line == len(view.buffer):
            return self.last() if view.final else None
        return Cut(line, line, Ending.TERMINATOR)

    def hop(self) -> re.Pattern[str]:
        """To the delimiter, a backslash, or what has no end."""
        return _hop(self.view.dialect, self.view.delimiter)

    def meet(self, at: int) -> int | Cut | None:
        """The delimiter ends it."""
        if self.buffer[at] == "\\":
            return self._backslash(at)
        if self.buffer.startswith(self.view.delimiter, at):
            return self.terminated(at, size=len(self.view.delimiter))
        opener = "/*" if self.buffer[at] == "/" else self.buffer[at]
        return self.open(at, opener)

    def _backslash(self, at: int) -> int | Cut | None:
        """One letter: send, clear, or a command that has no business inside a statement."""
        letter = self.buffer[at + 1 : at + 2]
        if not letter:
            return at + 1 if self.view.final else None
        match letter:
            case "g" | "G":
                return self.terminated(at, Ending.GO if letter == "g" else Ending.VERTICAL, size=2)
            case "c":
                return Cut(at, at + 2, Ending.COMMAND, self.problem, dropped=not self.problem)
            case _ if letter in _LETTERS:
                self.problem = self.problem or f"the command \\{letter} stands inside it; end the statement first"
        return at + 2


def command(view: View) -> Found | None:
    """The command where a statement could begin: a word, a backslash, or the sandbox line of dumps."""
    first = view.buffer[view.start : view.start + 1]
    if first == "\\":
        return _backslashed(view)
    if first == "/":
        line = _SANDBOX.match(view.buffer, view.start)
        return line and Found("sandbox", "", line.end() if view.line_end(view.start) >= 0 else -1)
    word = _WORD.match(view.buffer, view.start)
    if word is None or word[0].lower() not in _WITH_ARGUMENT | _ALONE:
        return None
    if view.line_end(view.start) < 0:
        return Found(word[0], "", -1)
    behind = view.buffer[word.end() : word.end() + 1].strip(" \t\r\n")
    if behind and not view.buffer.startswith((view.delimiter, "\\g"), word.end()):
        return None
    return _worded(view, word[0])


def _worded(view: View, name: str) -> Found | None:
    """A bare word is a command when its line, or what stands before the delimiter in it, is nothing else."""
    stop = after = view.line_end(view.start)
    line = view.buffer[view.start : stop]
    if name.lower() == "delimiter":
        return Found("delimiter", line[_DELIMITER:].strip(), after) if view.fresh else None
    if _has_end(line, view):
        cut = MysqlCutter(View(line, 0, final=True, dialect=view.dialect, delimiter=view.delimiter)).cut()
        if not isinstance(cut, Cut) or cut.ending is not Ending.TERMINATOR:
            return None
        stop, after = view.start + cut.stop, view.start + cut.after
    argument = view.buffer[view.start + len(name) : stop].strip()
    if argument and name.lower() not in _WITH_ARGUMENT:
        return None
    return Found(name.lower(), argument, after)


def _has_end(line: str, view: View) -> bool:
    """Whether something in a line may end a statement, so that the client does not look for a command in it."""
    return view.delimiter in line or "\\g" in line


def _backslashed(view: View) -> Found | None:
    r"""A backslash command to the end of its line; ``\d`` with a sign behind it sets the delimiter."""
    found = _BACKSLASH.match(view.buffer, view.start)
    if found is None:
        return None
    name, end = found[1], view.line_end(view.start)
    if end < 0:
        return Found(name, "", -1)
    if name in ("g", "G"):
        return Found("", "", found.end())
    argument = view.buffer[found.end() : end].strip()
    return Found("delimiter" if name == "d" and _PUNCTUATION.fullmatch(argument) else name, argument, end)


def delimiter_of(argument: str) -> str:
    """The delimiter that a DELIMITER line names, or nothing when the client would refuse it and keep the old one."""
    quoted = argument[:1] in ("'", '"', "`")
    word = argument[1:].partition(argument[0])[0] if quoted else next(iter(argument.split()), "")
    return "" if "\\" in word else word[:_LONGEST]


@cache
def _hop(dialect: Dialect, delimiter: str) -> re.Pattern[str]:
    """Everything between two characters that matter; a delimiter is seen before anything else that begins with it."""
    single = ESCAPED if dialect.backslash_escapes else SINGLE
    special = "'\"`-/#\\"
    pieces = [
        rf"[^{re.escape(special + delimiter[0])}]++",
        single,
        DOUBLE if dialect.double_quotes_names else single.replace("'", '"'),
        BACKTICK,
        r"\#[^\n]*+",
        r"--(?=[ \t\n\r\f\v]|\Z)[^\n]*+",
        "-",
        r"/\*M?!",
        _BLOCK,
        r"/(?!\*)",
        *([] if delimiter[0] in special else [re.escape(delimiter[0])]),
    ]
    return compiled(f"(?:(?!{re.escape(delimiter)})(?:{'|'.join(pieces)}))*+")


CLIENT = Client(
    MysqlCutter,
    command,
    lead=compiled(rf"(?:[ \t\n\r\f\v]++|(?:--|\#)[^\n]*+(?=\n)|(?!/\*M?!){_BLOCK})*+"),
    line=compiled(r"--|\#"),
    code_opens=compiled(r"/\*M?!"),
)
