"""Leaving with a transaction open: never without a question."""

from __future__ import annotations

from collections.abc import Callable

from safesql.engine.session import Session

QUESTION = "a transaction is open: [r]ollback and leave, [c]ommit and leave, [s]tay: "


def may_leave(session: Session, read: Callable[[str], str | None], run_text: Callable[[str], None]) -> bool:
    """Whether the session may end now; what is open is ended by a statement down the normal road.

    Raises what that statement raises, and then nothing ends.
    """
    state = session.connection.transaction.value
    if state == "none":
        return True
    if state == "failed":
        run_text("ROLLBACK;")
        return True
    while True:
        answer = (read(QUESTION) or "stay").strip().lower()
        match answer:
            case "r" | "rollback":
                run_text("ROLLBACK;")
                return True
            case "c" | "commit":
                run_text("COMMIT;")
                return session.connection.transaction.value == "none"
            case "s" | "stay":
                return False
