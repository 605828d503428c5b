r"""The clients' own commands, by client: which a script may hold, and why each of the others is refused."""

from __future__ import annotations

from enum import Enum

from safesql.sql.dialect import Family


class Use(Enum):
    """What a script's run makes of a command."""

    INCLUDE = "include"            # another script, in its place
    LEAVE = "leave"                # the script ends here
    ECHO = "echo"                  # text for people
    BRANCH = "branch"              # \\if and what belongs to it
    VARIABLE = "variable"          # \\set, \\unset, \\getenv
    COPY = "copy"                  # \\copy
    AGAIN = "again"                # the statement before once more: \\g, \\gset, \\gexec alone
    USE = "use"                    # \\u of mysql
    ENCODING = "encoding"          # utf-8 is taken, nothing else
    SHOW = "show"                  # what the prompt's commands show: tables, columns, settings
    QUIET = "quiet"                # nothing: results look as the options of the run say
    REFUSED = "refused"


PROGRAM = "runs a program, and safesql starts none from a script"
FILES = "reads or writes files of its own; name a file for results with --output"
ASKS = "asks a person, and a script runs without one"
MOVES = "leaves this connection; a script stays on the server that it was judged for: run another one there"
NOT_BUILT = "is not built here"

_PSQL = {
    Use.INCLUDE: "i include ir include_relative",
    Use.LEAVE: "q quit",
    Use.ECHO: "echo qecho warn",
    Use.BRANCH: "if elif else endif",
    Use.VARIABLE: "set unset getenv",
    Use.COPY: "copy",
    Use.AGAIN: "g gx gset gexec gdesc crosstabview watch G",
    Use.ENCODING: "encoding",
    Use.SHOW: "conninfo l list z",
    Use.QUIET: "a C f H html t T x pset timing p print r reset restrict unrestrict errverbose copyright h help ? s",
}
_PSQL_REFUSED = {
    PROGRAM: "! setenv",
    FILES: "o out w write lo_import lo_export cd",
    ASKS: "password prompt e edit ef ev",
    MOVES: "c connect",
    NOT_BUILT: "sf sf+ sv sv+ lo_list lo_list+ lo_unlink dl bind bind_named parse close_prepared startpipeline sync "
    "sendpipeline endpipeline flush flushrequest getresults close",
}
_MYSQL = {
    Use.INCLUDE: "source . i include ir include_relative",
    Use.LEAVE: "exit quit q",
    Use.ECHO: "echo",
    Use.USE: "u use",
    Use.ENCODING: "charset C",
    Use.SHOW: "status s",
    Use.QUIET: "delimiter d sandbox - warnings W nowarning w nopager n notee t clear c go g ego G print p prompt R "
    "rehash # help h ? pset x a timing",
}
_MYSQL_REFUSED = {
    PROGRAM: "! system pager P",
    FILES: "tee T o",
    ASKS: "edit e",
    MOVES: "connect r",
    NOT_BUILT: "query_attributes resetconnection x ssl_session_data_print",
}
_SQLITE = {
    Use.INCLUDE: "read i include ir include_relative",
    Use.LEAVE: "exit quit q",
    Use.ECHO: "print",
    Use.SHOW: "tables schema databases indexes indices show dbinfo fullschema",
    Use.QUIET: "bail changes echo eqp explain header headers mode nullvalue prompt separator stats timeout timer "
    "version width binary crlf crnl scanstats progress help",
}
_SQLITE_REFUSED = {
    PROGRAM: "shell system load excel www",
    FILES: "output once import backup save restore clone archive ar log trace cd dump recover sha3sum iotrace",
    MOVES: "open connection",
    NOT_BUILT: "auth check dbconfig dbtotxt expert filectrl imposter limit lint nonce parameter selftest session "
    "testcase unmodule vfsinfo vfslist vfsname wheretrace testctrl intck",
}


def _table(uses: dict[Use, str], refused: dict[str, str]) -> dict[str, tuple[Use, str]]:
    """By name."""
    table = {name: (Use.REFUSED, why) for why, names in refused.items() for name in names.split()}
    return table | {name: (use, "") for use, names in uses.items() for name in names.split()}


_TABLES = {
    Family.POSTGRES: _table(_PSQL, _PSQL_REFUSED),
    Family.MYSQL: _table(_MYSQL, _MYSQL_REFUSED),
    Family.SQLITE: _table(_SQLITE, _SQLITE_REFUSED),
}


def use_of(name: str, family: Family) -> tuple[Use, str]:
    """What is made of a command, and why it is refused where it is."""
    table = _TABLES[family]
    known = table.get(name) or (table.get(name.lower()) if family is not Family.POSTGRES else None)
    if known is not None:
        return known
    if family is Family.POSTGRES and name.startswith("d") and name.rstrip("+S") in _DESCRIBES:
        return Use.SHOW, ""
    return Use.REFUSED, "is no command that safesql knows"


_DESCRIBES = frozenset(
    "d da dA dAc dAf dAo dAp db dc dC dconfig dd dD ddp dE det deu des dew df dfa dfn dfp dft dfw dFd dFp dFt dF dg di "
    "dit dl dL dm dn do dO dp dP dPi dPt dRp dRs drds drg ds dt dti dtv dT du dv dx dX dy".split()
)
