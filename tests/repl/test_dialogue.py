"""The question and its answers, without a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from safesql.engine.question import Choice, Question
from safesql.engine.touched import Touched
from safesql.errors import StatementFailed
from safesql.guard.action import Action, Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.repl.dialogue import Dialogue, question_lines
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

DELETE = Statement("delete from billing", DIALECTS["postgres"])
ROWS = (Touched("billing", 2431, 2431),)


def question(action: Action = Action.TYPE, rows: tuple[Touched, ...] = ROWS) -> Question:
    environment = {Action.TYPE: Environment.STAGING, Action.CONFIRM: Environment.DEVELOPMENT}[action]
    verdict = judge(DELETE, Policy(environment))
    assert verdict.action is action
    return Question(verdict, "app@db/billing (PostgreSQL 15.18)", environment.word, rows)


class Conversation:
    """Answers from a list; keeps what was said."""

    def __init__(self, *answers: str | None, review: bool = False, broken: bool = False) -> None:
        self.said: list[str] = []
        self.previews = 0
        self._answers: Iterator[str | None] = iter(answers)
        self._broken = broken
        self.ask = Dialogue(self.said.append, self._read, self._preview, lambda: review, "tester")

    def _read(self, message: str) -> str | None:
        return next(self._answers)

    def _preview(self, verdict: Verdict) -> None:
        self.previews += 1
        if self._broken:
            raise StatementFailed("no such table")


@pytest.mark.parametrize(
    ("action", "answer", "choice"),
    [
        (Action.TYPE, "billing 2431", Choice.RUN),
        (Action.TYPE, " Billing  2,431 ", Choice.RUN),
        (Action.TYPE, "e", Choice.EDIT),
        (Action.TYPE, "cancel", Choice.CANCEL),
        (Action.TYPE, None, Choice.CANCEL),
        (Action.CONFIRM, "r", Choice.RUN),
        (Action.CONFIRM, "y", Choice.RUN),
        (Action.CONFIRM, "n", Choice.CANCEL),
        (Action.CONFIRM, "E", Choice.EDIT),
        (Action.CONFIRM, None, Choice.CANCEL),
    ],
)
def test_an_answer_means_what_it_says(action: Action, answer: str | None, choice: Choice) -> None:
    reply = Conversation(answer).ask(question(action))
    assert reply.choice is choice
    assert reply.by == "tester"


@pytest.mark.parametrize("answer", ["y", "yes", "r", "run", "billing", "2431", "billing 2430", "billing2431"])
def test_a_letter_is_no_answer_where_the_rows_must_be_typed(answer: str) -> None:
    talk = Conversation(answer, answer, answer)
    assert talk.ask(question()).choice is Choice.CANCEL
    assert talk.said.count("that is not billing 2431; nothing was sent") == 3


def test_rows_are_shown_and_asked_about_again() -> None:
    talk = Conversation("p", "p", "billing 2431")
    assert talk.ask(question()).choice is Choice.RUN
    assert talk.previews == 2


def test_a_preview_that_fails_is_no_answer() -> None:
    talk = Conversation("p", "c", broken=True)
    assert talk.ask(question()).choice is Choice.CANCEL
    assert "no preview: no such table" in talk.said


@pytest.mark.parametrize(("review", "choice"), [(True, Choice.STAGE), (False, Choice.CANCEL)])
def test_staging_needs_a_review_file(review: bool, choice: Choice) -> None:
    assert Conversation("s", None, review=review).ask(question()).choice is choice


def test_the_question_says_rule_place_target_environment_and_rows() -> None:
    lines = list(question_lines(question()))
    assert lines == [
        "TYPE delete-without-where: every row of billing goes",
        "  delete from billing",
        "  ^",
        "  on app@db/billing (PostgreSQL 15.18), environment staging",
        "  2,431 of 2,431 rows of billing",
    ]


def test_nothing_in_a_question_can_act_on_the_terminal() -> None:
    hostile = Touched("a\x1b[2Jb\u202ec", 1, 1)
    assert all(line.isprintable() for line in question_lines(question(rows=(hostile,))))
