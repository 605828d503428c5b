"""From the marks before a statement to the lines that a point-in-time recovery needs, ready to be pasted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote

from safesql.sql.dialect import Family

RDS = ".rds.amazonaws.com"


def hints(marks: Mapping[str, str], family: Family, host: str) -> Iterator[str]:
    """Lines for people; ``host`` is the server's name, by which Amazon's servers are known."""
    time = marks.get("time", "")
    if RDS in host:
        yield from _amazon(time, host)
    elif family is Family.POSTGRES:
        yield from _postgres(marks)
    elif family is Family.MYSQL:
        yield from _mysql(marks)
    else:
        yield "SQLite keeps no log of changes: restore the newest copy of the file from before this time, or use \\undo"


def _postgres(marks: Mapping[str, str]) -> Iterator[str]:
    """https://www.postgresql.org/docs/current/continuous-archiving.html"""
    yield "restore a base backup from before this time on another server, with in its postgresql.conf:"
    if "wal_lsn" in marks:
        yield f"  recovery_target_lsn = '{marks['wal_lsn']}'"
    else:
        yield f"  recovery_target_time = '{marks.get('time', '')}'"
    yield "  recovery_target_inclusive = off"
    if "timeline" in marks:
        yield f"  recovery_target_timeline = '{int(marks['timeline'], 16)}'"
    yield "  recovery_target_action = 'pause'"
    yield "  restore_command = '..'                 # as your archive has it"
    yield "then create recovery.signal, start it, and copy the table back"


def _mysql(marks: Mapping[str, str]) -> Iterator[str]:
    """https://mariadb.com/kb/en/mariadb-binlog/, https://dev.mysql.com/doc/refman/8.4/en/point-in-time-recovery.html"""
    file, position = marks.get("binlog_file", ""), marks.get("binlog_position", "")
    if file:
        yield "restore a backup from before this time on another server, then replay the binary logs since up to here:"
        yield f"  mysqlbinlog --stop-position={quote(position)} .. {quote(file)} | mysql"
    elif "gtid" in marks:
        yield "restore a backup from before this time on another server, then replay the binary logs up to this GTID:"
        yield f"  {marks['gtid']}"
    elif "server_id" in marks:
        yield "restore a backup from before this time on another server, then replay the binary logs up to this time:"
        yield f"  TZ=UTC mysqlbinlog --stop-datetime={quote(marks.get('time', '')[:19].replace('T', ' '))} .. | mysql"
    else:
        yield "this server writes no binary log: only a backup from before this time, or \\undo, brings rows back"


def _amazon(time: str, host: str) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html, and AuroraUserGuide for clusters."""
    name, _, rest = host.partition(".")
    when = time[:19] + "Z"
    if rest.startswith(("cluster-", "cluster-ro-")):
        yield "restore the cluster to a second before this time under another name:"
        yield f"  aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier {quote(name)} \\"
        yield f"    --db-cluster-identifier {quote(name + '-restored')} --restore-to-time {when}"
        return
    yield "restore the instance to a second before this time under another name:"
    yield f"  aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier {quote(name)} \\"
    yield f"    --target-db-instance-identifier {quote(name + '-restored')} --restore-time {when}"
