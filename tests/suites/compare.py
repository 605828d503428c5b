"""Do we cut scripts as the servers' own clients do? python tests/suites/compare.py [--only NAME] [suite ...]

The suites are downloaded unless they are given: PostgreSQL's source (--postgres-source), MariaDB's test data
(--mariadb-test). The exit code is 1 for a difference that is not in differences.toml, and for one there that is gone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main(words: list[str]) -> int:
    """Compare the suites that are named, or all."""
    from tests.rig.trouble import Trouble

    asked = _arguments(words)
    failed = False
    with _folder() as folder:
        for name in asked.suites or tuple(SUITES):
            try:
                failed = _suite(name, SUITES[name](asked, folder), asked) or failed
            except Trouble as trouble:
                print(f"{name}: {trouble}", file=sys.stderr)
                failed = True
    return int(failed)


def _arguments(words: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="tests/suites/compare.py", description=__doc__)
    parser.add_argument("suites", nargs="*", choices=[[], *SUITES], metavar="suite", help=", ".join(SUITES))
    parser.add_argument("--postgres-source", type=Path, metavar="DIR_OR_TARBALL")
    parser.add_argument("--mariadb-test", type=Path, metavar="DIR")
    parser.add_argument("--sqlite-source", type=Path, metavar="DIR_OR_TARBALL")
    parser.add_argument("--only", default="", metavar="NAME", help="scripts with this in their name")
    parser.add_argument("--verbose", action="store_true", help="show the differences that are listed too")
    return parser.parse_args(words)


def _suite(name: str, scripts: Iterable[object], asked: argparse.Namespace) -> bool:
    """Print the agreement of one suite; whether anything is not as the list has it."""
    from tests.suites.exchange import Counted
    from tests.suites.listing import listed, unlisted

    begun = time.monotonic()
    counted = [each for each in scripts if isinstance(each, Counted)]
    unread = [each for each in counted if each.unread]
    read = [each for each in counted if not each.unread]
    theirs, found, extra = (sum(getattr(each, what) for each in read) for what in ("theirs", "found", "extra"))
    share = 100 * found / theirs if theirs else 0.0
    print(f"{name}: {sum(each.exact for each in read)} of {len(read)} scripts exact; {found} of {theirs} statements found "
          f"({share:.3f}%), {extra} wrong extra; {len(unread)} scripts not compared; {time.monotonic() - begun:.0f} s")
    for each in unread:
        print(f"  {each.name} is not compared: {each.unread}")
    wrong = unlisted(name, counted, listed())
    for sentence in wrong:
        print(f"  {sentence}")
    if asked.verbose:
        for each in counted:
            for line, what in each.differences:
                print(f"  {each.name}:{line}: {what}")
    return bool(wrong)


def _postgres(asked: argparse.Namespace, folder: Path) -> Iterator[object]:
    """PostgreSQL's regression suite."""
    from tests.suites.fetch import postgres_regress
    from tests.suites.postgres_suite import compare

    return compare(postgres_regress(asked.postgres_source, folder), folder, asked.only)


def _mariadb(asked: argparse.Namespace, folder: Path) -> Iterator[object]:
    """MariaDB's test suite."""
    from tests.suites.fetch import mariadb_test
    from tests.suites.mariadb_suite import compare

    return compare(mariadb_test(asked.mariadb_test, folder), folder, asked.only)


def _sqlite(asked: argparse.Namespace, folder: Path) -> Iterator[object]:
    """The SQL of SQLite's own tests, as its library cuts it."""
    from tests.suites.fetch import sqlite_tests
    from tests.suites.sqlite_suite import compare

    return compare(sqlite_tests(asked.sqlite_source, folder), asked.only)


SUITES: dict[str, Callable[[argparse.Namespace, Path], Iterator[object]]] = {
    "postgres": _postgres, "mariadb": _mariadb, "sqlite": _sqlite,
}


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder that servers of another account may pass through."""
    with tempfile.TemporaryDirectory(prefix="safesql-suites-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
