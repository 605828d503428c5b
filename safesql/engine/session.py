"""What all statements of one run share: the connection, the policy, the log, and who can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from safesql.backends.contract import Connection, Transaction
from safesql.config.freeze import frozen
from safesql.config.profile import Profile
from safesql.engine.crumbs import Crumbs
from safesql.engine.doctor.doctor import Doctor
from safesql.engine.doctor.foresight import Foresight
from safesql.engine.keeper import Keeper, NoKeeper
from safesql.engine.known_names import Known
from safesql.engine.question import Ask, Nobody
from safesql.engine.role import Role
from safesql.engine.unlocked import Unlocked
from safesql.errors import SafesqlError
from safesql.guard.action import Action, Environment
from safesql.guard.facts import Facts
from safesql.guard.judge import Alike
from safesql.guard.memory import Memory
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field, replace
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.store.review import ReviewFile


@dataclass(slots=True)
class Session:
    """Holds the connection, so it changes; ``another`` opens a second one to the same target for the catalog."""

    connection: Connection
    profile: Profile
    audit: AuditLog
    ask: Ask = field(default_factory=Nobody)
    review: ReviewFile | None = None                   # statements that would change something go there
    another: Callable[[], Connection] | None = None
    user: str = ""                                     # of the operating system
    clock_ahead: timedelta | None = None               # the server's clock less ours, measured on connect
    asked: Counter[str] = field(default_factory=Counter)        # findings above ALLOW, by rule
    judged: int = 0
    memory: Memory = field(default_factory=Memory)              # what was executed and later statements rely on
    known: Known = field(default_factory=Known)                 # what stands behind the names that were used
    alike: Alike = field(default_factory=Alike)
    keeper: Keeper = field(default_factory=NoKeeper)            # of what statements change, such as the undo journal
    crumbs: Crumbs = field(default_factory=Crumbs)
    unlocked: Unlocked = field(default_factory=Unlocked)
    doctor: Doctor = field(init=False)                          # asks what is behind a failure
    role: Role = field(init=False)                              # which part the server plays, and whether it still does
    foresight: Foresight = field(default_factory=Foresight)     # what statements would meet on this server
    autocommit: bool = True                            # else what is typed begins a transaction where none is open
    rescue: bool = False                               # a failure in an open transaction costs that statement alone
    skims: bool = False                                # only the first rows of a query may be wanted
    agreed: bool = False                               # to all rows of an undo, which holds each statement to its own
    no_undo: str = ""                                  # why the statement being judged could not be taken back

    def __post_init__(self) -> None:
        target = self.profile.target
        self.role = Role.of(self.connection)
        self.doctor = Doctor(self.second_connection, target.limits.lock, target.path)

    @property
    def facts(self) -> Facts:
        """What the guard may know beyond the text, at this moment."""
        policy = self.profile.policy
        return Facts(
            in_transaction=self.connection.transaction is not Transaction.NONE,
            read_only_profile=self.profile.target.read_only,
            wants_primary=self.profile.wants_primary,
            replica=self.role.replica(self.connection),
            pooled=self.connection.server.pooled,
            role_changed=self.role.changed(self.connection),
            protected_tables=policy.protected_tables,
            memory=self.memory,
            behind=self.known.facts,
            no_undo=self.no_undo,
            foreseen=self.foresight.found,
            frozen=frozen(policy.freeze, datetime.now(UTC)) if policy.freeze else "",
        )

    @property
    def policy(self) -> Policy:
        """The profile's policy, without what is unlocked at this moment."""
        return self.unlocked.over(self.profile.policy)

    @property
    def promises_undo(self) -> bool:
        """Whether a missing undo is worth a question: a policy asked for undo, or somebody is there to rely on it."""
        policy = self.profile.policy
        relied_on = policy.environment is not Environment.DEVELOPMENT and not isinstance(self.ask, Nobody)
        return policy.undo is not None or relied_on

    def looked_up(self, statement: Statement, memory: Memory | None = None) -> Verdict:
        """The verdict, after the catalog was asked for what stands behind the statement's names; never raises."""
        self.known.learn(self.connection, statement, self.memory if memory is None else memory)
        verdict = self.judge(statement, memory)
        if verdict.effect.changes and memory is None and self.role.look(self.connection):
            verdict = self.judge(statement, memory)
        ahead = memory is not None
        if (ahead or not isinstance(self.ask, Nobody)) and self.foresight.look(self.connection, verdict, ahead=ahead):
            return self.judge(statement, memory)
        return verdict

    def judge(self, statement: Statement, memory: Memory | None = None) -> Verdict:
        """The verdict under this session's policy and facts, without asking the server.

        ``memory`` is of statements that have not run yet.
        """
        facts = self.facts
        facts = facts if memory is None or memory is facts.memory else replace(facts, memory=memory)
        facts = facts if self.foresight.about(statement) else replace(facts, foreseen=())
        return self.alike.judge(statement, self.policy, facts)

    def forget_fresh(self) -> None:
        """From the next input on, a table that was made here is a table like any other: a person may have filled it."""
        self.memory = replace(self.memory, fresh=frozenset())

    def note(self, verdict: Verdict) -> None:
        r"""Count what the guard said, for ``\guard stats``."""
        self.judged += 1
        self.asked.update({finding.rule for finding in verdict.findings if finding.action > Action.ALLOW})

    def second_connection(self) -> Connection | None:
        """A connection of its own for background catalog queries, or None where there is none to be had."""
        if self.another is None:
            return None
        try:
            return self.another()
        except SafesqlError:
            return None

    @property
    def target(self) -> str:
        """Who and where, as the server resolved it, for questions and logs."""
        server = self.connection.server
        return f"{self.profile.target.label} ({server.product})"
