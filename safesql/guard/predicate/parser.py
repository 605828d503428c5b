"""From the tokens of a condition to its value, from left to right, in one pass, on stacks of its own."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.predicate import operands, postfix
from safesql.guard.predicate.case import chosen
from safesql.guard.predicate.cast import converted
from safesql.guard.predicate.fold import Fold, NotUnderstood
from safesql.guard.predicate.frames import Frame, Opened, Operator, closing
from safesql.guard.predicate.functions import called
from safesql.guard.predicate.intervals import interval
from safesql.guard.predicate.operators import listed
from safesql.guard.predicate.precedence import grammar
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.types import type_name
from safesql.guard.predicate.units import SEPARATORS, UNITS
from safesql.guard.predicate.value import Value
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

_END = Token(Kind.SEMICOLON, "", 0)


def read(fold: Fold, tokens: Sequence[Token]) -> Truth:
    """The truth of a condition; raises NotUnderstood."""
    return fold.condition(Parser(fold, tokens).value())


class Nested:
    """How what stands in a subquery is read: as everything else, and once for each meaning of its names."""

    def truth(self, fold: Fold, tokens: Sequence[Token]) -> Truth:
        """A condition; raises NotUnderstood."""
        place = (tokens[0].start, tokens[-1].end, fold.depth, fold.scope.meaning) if tokens else ()
        known = fold.keys.read
        if place not in known:
            try:
                known[place] = read(fold, tokens)
            except NotUnderstood:
                known[place] = None
        if (found := known[place]) is None:
            raise NotUnderstood
        return found

    def value(self, fold: Fold, tokens: Sequence[Token]) -> Value | None:
        """One value, or None when there is not one and no more."""
        try:
            return Parser(fold, tokens).value()
        except NotUnderstood:
            return None


class Parser:
    """Where the reading stands: the place, the open frames, and whether an operand comes next."""

    def __init__(self, fold: Fold, tokens: Sequence[Token]) -> None:
        self.fold = fold
        self.tokens = tokens
        self.place = 0
        self.frames = [Frame(Opened.ROOT)]
        self.wanting = True
        self.nested = Nested()
        self.grammar = grammar(fold.dialect)
        self.closing = closing(tokens)

    @property
    def frame(self) -> Frame:
        """The innermost open frame."""
        return self.frames[-1]

    def peek(self, ahead: int = 0) -> Token:
        """The token at the place, or further; an empty one past the end."""
        at = self.place + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else _END

    def accept(self, *words: str) -> bool:
        """Step over these words when they come next."""
        if all(self.peek(ahead).word == word for ahead, word in enumerate(words)):
            self.place += len(words)
            return True
        return False

    def push(self, value: Value) -> None:
        """An operand is complete."""
        self.frame.values.append(value)
        self.wanting = False

    def value(self) -> Value:
        """Read everything."""
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self.wanting and token.kind is not Kind.CLOSE:
                operands.operand(self, token)
            else:
                self._after(token)
        found = self.frame.finish(self.fold)
        if len(self.frames) > 1 or self.frame.items or found is None or self.wanting:
            raise NotUnderstood
        return found

    def inside(self) -> Sequence[Token]:
        """Step over the bracket that opens here; the tokens in it."""
        start, self.place = self.place + 1, self.closing[self.place] + 1
        return self.tokens[start : self.place - 1]

    def opens_query(self, ahead: int = 0) -> bool:
        """Whether a bracket with a subquery comes next."""
        return self.peek(ahead).kind is Kind.OPEN and self.peek(ahead + 1).word in ("SELECT", "WITH", "VALUES", "TABLE")

    def open(self, frame: Frame) -> None:
        """Begin a frame; what comes next is an operand."""
        self.frames.append(frame)
        self.wanting = True

    def operator(self, operator: Operator) -> None:
        """A binary operator: apply what binds tighter, then wait for its right side."""
        self.frame.reduce(self.fold, operator.level, operator.name)
        self.frame.operators.append(operator)
        self.wanting = True

    def postfix(self, level: int) -> Value:
        """What an operator without a right side stands behind."""
        self.frame.reduce(self.fold, level)
        return self.frame.pop()

    def _after(self, token: Token) -> None:
        """What follows an operand."""
        match token.kind:
            case Kind.CLOSE:
                self.place += 1
                self._close()
            case Kind.COMMA:
                self.place += 1
                self._item()
            case Kind.DOT:
                self._field()
            case Kind.OPEN if token.text == "[":
                self.place += 1
                self.open(Frame(Opened.SUBSCRIPT, head=self.frame.pop()))
            case Kind.WORD:
                self._word(token)
            case Kind.OPERATOR | Kind.PARAMETER:
                self._symbol(token)
            case _:
                raise NotUnderstood

    def _item(self) -> None:
        """A comma, or a word that stands for one."""
        if self.frame.opened in (Opened.ROOT, Opened.CASE, Opened.INTERVAL):
            raise NotUnderstood
        item = self.frame.finish(self.fold)
        if item is None:
            raise NotUnderstood
        self.frame.items.append(item)
        self.wanting = True
        if self.frame.name == "CONVERT" and self.frame.opened is Opened.CALL:
            self._cast_to_close()

    def _cast_to_close(self) -> None:
        """The type that ends CAST(x AS type)."""
        self.frame.roles.append(type_name(self))
        if self.peek().kind is not Kind.CLOSE:
            raise NotUnderstood
        self.wanting = False

    def _field(self) -> None:
        """``(row).field``."""
        base = self.frame.pop()
        field = self.peek(1)
        if field.kind not in (Kind.WORD, Kind.NAME):
            raise NotUnderstood
        self.place += 2
        self.push(self.fold.keys.made(f"field {self.fold.scope.folded(field)}", (base,)))

    def _symbol(self, token: Token) -> None:
        """An operator in signs."""
        self.place += 1
        if token.text == "::":
            base = self.frame.pop()
            self.push(converted(self.fold, base, type_name(self)))
            return
        if token.text in ("=>", ":=") and self.frame.opened is Opened.CALL and self.fold.family is Family.POSTGRES:
            self.frame.pop()
            self.wanting = True
            return
        if token.kind is Kind.PARAMETER and (token.text != "?" or self.fold.family is not Family.POSTGRES):
            raise NotUnderstood
        name, level = self.grammar.binary.get(token.text, (token.text, self.grammar.other))
        self.operator(Operator(name, level))

    def _word(self, token: Token) -> None:
        """An operator in letters, or a word that ends a part."""
        word = token.word
        if self._separates(word):
            return
        if word == "AND" and self._completes_between():
            self.place += 1
            return
        if word in self.grammar.binary:
            self.place += 1
            self.operator(Operator(*self.grammar.binary[word]))
            return
        negated = self.accept("NOT")
        postfix.test(self, negated)

    def _separates(self, word: str) -> bool:
        """CASE's words, units of an INTERVAL, and FROM, FOR, AS in arguments."""
        frame = self.frame
        match frame.opened:
            case Opened.CASE if word in ("WHEN", "THEN", "ELSE", "END"):
                self.place += 1
                self._case(word)
            case Opened.INTERVAL if word in UNITS:
                self.place += 1
                self.frames.pop()
                if (amount := frame.finish(self.fold)) is None:
                    raise NotUnderstood
                self.push(interval(self.fold, amount, word))
            case Opened.CALL if word == "AS":
                self.place += 1
                self._cast_to_close()
            case Opened.CALL if word in ("USING", "BY"):       # CONVERT (x USING utf8), XMLEXISTS (x PASSING y BY REF)
                self.place += 2
                self.wanting = False
            case Opened.CALL if word in SEPARATORS or (word == "IN" and frame.name == "POSITION"):
                self.place += 1
                self._item()
                self.place += 2 * (self.peek().word == "BY")
                if self.peek().word == "BY":
                    self.place += 2
            case _:
                return False
        return True

    def _completes_between(self) -> bool:
        """Whether this AND belongs to a BETWEEN."""
        self.frame.reduce(self.fold, self.grammar.test)
        waiting = self.frame.operators
        if not waiting or not waiting[-1].half:
            return False
        waiting[-1] = waiting[-1]._replace(operands=3, half=False)
        self.wanting = True
        return True

    def _case(self, word: str) -> None:
        """The end of one part of a CASE."""
        frame = self.frame
        part = frame.finish(self.fold)
        if part is not None:
            frame.items.append(part)
            frame.roles.append(frame.name)
        elif frame.name != "CASE":
            raise NotUnderstood
        frame.name = word
        self.wanting = word != "END"
        if word == "END":
            self.frames.pop()
            self.push(self._cases(frame))

    def _cases(self, frame: Frame) -> Value:
        """The value of a CASE."""
        parts = list(zip(frame.roles, frame.items, strict=True))
        tests = tuple(item for role, item in parts if role == "WHEN")
        results = tuple(item for role, item in parts if role == "THEN")
        otherwise = tuple(item for role, item in parts if role == "ELSE")
        if len(tests) != len(results) or not tests:
            raise NotUnderstood
        for subject in (item for role, item in parts if role == "CASE"):
            tests = tuple(listed(self.fold, subject, (test,), negated=False) for test in tests)
        return chosen(self.fold, tests, (*results, *(otherwise or (operands.null(self.fold),))))

    def _close(self) -> None:
        """A bracket ends."""
        frame = self.frames.pop()
        if frame.opened in (Opened.ROOT, Opened.CASE, Opened.INTERVAL):
            raise NotUnderstood
        last = frame.finish(self.fold)
        if last is None and (frame.opened in (Opened.GROUP, Opened.SUBSCRIPT) or (frame.items and not frame.roles)):
            raise NotUnderstood
        if last is not None:
            frame.items.append(last)
        self.push(self._closed(frame))

    def _closed(self, frame: Frame) -> Value:
        """The value of a bracket."""
        items = tuple(frame.items)
        match frame.opened:
            case Opened.GROUP if len(items) == 1 and frame.name != "ROW":
                return items[0]
            case Opened.GROUP | Opened.ARRAY:
                return operands.row(self.fold, frame.opened.value, items)
            case Opened.LIST if frame.head is not None:
                return listed(self.fold, frame.head, items, negated=frame.negated)
            case Opened.SUBSCRIPT if frame.head is not None:
                return self.fold.keys.made("subscript", (frame.head, *items))
            case _ if frame.roles and items:
                return converted(self.fold, items[0], frame.roles[-1])
        return called(self.fold, frame.name, items)
