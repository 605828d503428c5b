"""Statements grown by a grammar as trees, and made smaller while something about them stays true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

HOLE = re.compile(r"\{(\w+)\}")
SHALLOW = 3              # of the trees that are tried in place of a larger one
DEEPEST = 1_000          # a sort that never ends would have no smaller number


@dataclass(frozen=True, slots=True)
class Tree:
    """One production at work: the text between the holes, and what fills them."""

    sort: str
    pieces: tuple[str, ...]
    filled: tuple[Tree, ...]

    @property
    def text(self) -> str:
        """What the server is sent."""
        parts = [self.pieces[0]]
        for tree, piece in zip(self.filled, self.pieces[1:], strict=True):
            parts += [tree.text, piece]
        return "".join(parts)

    @property
    def parts(self) -> Iterator[Tree]:
        """All trees in it, itself first."""
        yield self
        for tree in self.filled:
            yield from tree.parts


@dataclass(frozen=True, slots=True)
class Production:
    """A line of a grammar: ``{num} + {num}``."""

    pieces: tuple[str, ...]
    sorts: tuple[str, ...]

    @classmethod
    def of(cls, line: str) -> Production:
        """Cut at its holes."""
        cut = HOLE.split(line)
        return cls(tuple(cut[::2]), tuple(cut[1::2]))


class Grammar:
    """Productions by sort; one that stands twice is twice as likely."""

    def __init__(self, rules: Mapping[str, Iterable[str]]) -> None:
        self.rules = {sort: tuple(Production.of(line) for line in lines) for sort, lines in rules.items()}
        self._depths = dict.fromkeys(self.rules, DEEPEST)
        for _ in self.rules:
            for sort, productions in self.rules.items():
                self._depths[sort] = min(self._needed(each) for each in productions)

    def _needed(self, production: Production) -> int:
        """The least depth of a tree with this production at its top."""
        return 1 + max((self._depths[sort] for sort in production.sorts), default=0)

    def grow(self, sort: str, random: Random, depth: int) -> Tree:
        """A tree no deeper than ``depth``, or as shallow as its sort can be."""
        productions = self.rules[sort]
        fitting = [each for each in productions if self._needed(each) <= depth]
        chosen = random.choice(fitting or [min(productions, key=self._needed)])
        filled = tuple(self.grow(each, random, depth - 1) for each in chosen.sorts)
        return Tree(sort, chosen.pieces, filled)

    def _plainest(self, sort: str, production: Production) -> Tree:
        """The production with the shallowest trees in its holes."""
        filled = (self._plainest(each, min(self.rules[each], key=self._needed)) for each in production.sorts)
        return Tree(sort, production.pieces, tuple(filled))

    def simpler(self, tree: Tree) -> Iterator[Tree]:
        """Trees of the same sort with less in them: a part in its place, one hole filled more simply, a plain one."""
        for part in tree.parts:
            if part is not tree and part.sort == tree.sort:
                yield part
        for production in self.rules[tree.sort]:
            if self._needed(production) <= SHALLOW:
                yield self._plainest(tree.sort, production)
        for place, inner in enumerate(tree.filled):
            for smaller in self.simpler(inner):
                yield Tree(tree.sort, tree.pieces, (*tree.filled[:place], smaller, *tree.filled[place + 1 :]))


def shrunk(grammar: Grammar, tree: Tree, fails: Callable[[Tree], bool], *, tries: int = 2_000) -> Tree:
    """The smallest tree found that still fails, after so many tries at most."""
    while tries > 0:
        for smaller in grammar.simpler(tree):
            if len(smaller.text) < len(tree.text):
                tries -= 1
                if fails(smaller):
                    tree = smaller
                    break
            if tries <= 0:
                return tree
        else:
            return tree
    return tree
