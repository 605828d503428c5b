"""A link that breaks as the server commits: exit code 7, how to find out, and going on is right whatever became of it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.backends.conftest import Proxy
from tests.engine.planning.conftest import Home

FIRST = "INSERT INTO orders VALUES (101, 'first');\n"
LOST = "UPDATE orders SET state = concat(state, 'x') WHERE id = 20;\n"
BEHIND = "INSERT INTO orders VALUES (102, 'last');\n"
WAYS = {
    "-1": (FIRST + LOST + BEHIND, ("-1",)),
    "its own COMMIT": (f"BEGIN;\n{LOST}{FIRST}COMMIT;\n{BEHIND}", ()),
    "by itself": (LOST + FIRST + BEHIND, ()),
}
"""Scripts whose first COMMIT is broken, and how they are run; a limit on rows gives an UPDATE by itself one of ours."""

SAID = "may or may not have been committed", "the same command with --resume asks the server what became of it"
IN_DOUBT = "what ran in the transaction stays if the server took its COMMIT, and is rolled back if not"
SAYS = {"postgres": b"\0COMMIT\0", "mysql": b"\x03COMMIT"}


@contextmanager
def breaking(home: Home, drop: str, *, hears: bool = True) -> Iterator[Proxy]:
    """The profile leads through a link that breaks as a COMMIT goes by; straight to the server again afterwards.

    Where the server ``hears`` of it, its session ends then.
    """
    proxy = Proxy((home.target.host, home.target.port or 0), pattern=SAYS[home.target.backend], drop=drop)
    threading.Thread(target=proxy.serve, daemon=True).start()
    config = home.folder / ".config/safesql/config.toml"
    direct = config.read_text()
    config.write_text(direct.replace(f":{home.target.port}/", f":{proxy.port}/"))
    try:
        yield proxy
    finally:
        config.write_text(direct)
        if hears:
            closed(proxy)


def closed(proxy: Proxy) -> None:
    """The server hears that its client is gone."""
    for end in proxy.ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    proxy.close()


def states(home: Home) -> list[str]:
    """Of the orders that the scripts change or add."""
    return [str(state) for number, state in home.rows()["orders"] if int(str(number)) >= 20]


def gone_on(home: Home, *words: str) -> str:
    """--resume, and where the server cannot tell what became of it what a person says who looks; what was said."""
    done = home.safesql(*words, "--resume")
    if done.returncode == 7:
        assert "Look at its rows" in done.stderr
        numbers = [int(number) for number in re.findall(r"--last-done (\d+)", done.stderr)]
        there = numbers[-1] if "newx" in states(home) else numbers[0]
        done = home.safesql(*words, "--resume", "--last-done", str(there))
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize(("way", "drop"), [("-1", "reply"), ("-1", "request"), ("its own COMMIT", "request"), ("by itself", "reply")])
def test_a_script_goes_on_to_the_end_it_would_have_had(homes: Callable[[str], Home], server: str, drop: str, way: str) -> None:
    home = homes(server)
    home.policy("max_rows = 1000\n")
    text, words = WAYS[way]
    home.script(text)
    with breaking(home, drop):
        done = home.safesql("-p", "shop", "-f", "changes.sql", *words, code=7)
    assert all(words in done.stderr for words in SAID), done.stderr
    assert (IN_DOUBT in done.stderr) is (way != "by itself"), done.stderr
    gone_on(home, "-p", "shop", "-f", "changes.sql", *words)
    assert states(home) == ["newx", "first", "last"]


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize("drop", ["reply", "request"])
def test_a_plan_goes_on_to_the_end_that_was_approved(homes: Callable[[str], Home], server: str, drop: str) -> None:
    home = homes(server)
    text, words = WAYS["its own COMMIT"]
    home.planned(text, *words)
    home.approved()
    with breaking(home, drop):
        done = home.safesql("apply", "changes.plan", code=7)
    assert all(words in done.stderr for words in (*SAID, IN_DOUBT)), done.stderr
    home.refused(6, "how that ended at", "is not known", "--resume")
    gone_on(home, "apply", "changes.plan")
    assert states(home) == ["newx", "first", "last"]


def test_a_session_that_did_not_hear_of_its_commit_is_not_waited_for(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.policy("max_rows = 1000\n")
    text, words = WAYS["its own COMMIT"]
    home.script(text)
    with breaking(home, "reply", hears=False) as proxy:
        home.safesql("-p", "shop", "-f", "changes.sql", *words, code=7)
    done = home.safesql("-p", "shop", "-f", "changes.sql", "--resume", code=0)
    assert "4 statements are done; the script goes on at changes.sql:5" in done.stderr
    assert states(home) == ["newx", "first", "last"]
    closed(proxy)
