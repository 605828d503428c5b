"""Many more generated statements than a test run has time for: what the judge let pass though it took all rows.

Run it: SAFESQL_TEST_POSTGRES=.. SAFESQL_TEST_MARIADB=.. python tests/guard/execution/night.py --minutes N --dialect X [--seed N]

Each round has a seed of its own, so that no night repeats another's statements unless it is given its seed. What it prints
as missed was shrunk; it is a case for tests/guard/cases, or the data happen to decide.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from random import SystemRandom
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.guard.execution.servers import Server

ROUND = 5_000


def main() -> int:
    """Rounds until the time is up; 1 when something was missed."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from tests.guard.execution.trial import grown, tally

    options = _options()
    seed = options.seed if options.seed is not None else SystemRandom().randrange(1 << 32)
    end = monotonic() + 60 * options.minutes
    run, missed, alarms = 0, set[str](), set[str]()
    with _server(options.dialect) as server:
        while monotonic() < end:
            found = tally(server, options.dialect, grown(options.dialect, seed), ROUND)
            run += found.run
            for text in sorted(set(found.missed) - missed, key=len):
                print(f"seed {seed} missed: {text}", flush=True)
            for text in sorted(set(found.alarms) - alarms, key=len):
                print(f"seed {seed} alarm: {text}", flush=True)
            missed.update(found.missed)
            alarms.update(found.alarms)
            seed += 1
    print(f"{run} statements on {options.dialect}: {len(missed)} missed, {len(alarms)} false alarms")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--dialect", choices=["postgres", "mariadb", "sqlite"], default="sqlite")
    parser.add_argument("--seed", type=int, help="of the first round")
    return parser.parse_args()


def _server(dialect: str) -> AbstractContextManager[Server]:
    """The server of a dialect, as the environment names it."""
    from safesql.config.target import target_of
    from tests.guard.execution import servers

    if dialect == "sqlite":
        return servers.sqlite()
    target = target_of(os.environ[f"SAFESQL_TEST_{dialect.upper()}"], {})
    return servers.postgres(target) if dialect == "postgres" else servers.mariadb(target)


if __name__ == "__main__":
    sys.exit(main())
