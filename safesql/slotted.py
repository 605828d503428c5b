"""Dataclasses that cost nothing at start-up: what ``@dataclass`` writes is written when the first value is made.

The standard decorator compiles four to six functions for each class at import, half a millisecond each time, and most
classes of a run are never used. This one takes the same words for what safesql uses of it (``frozen``, ``slots``,
``field``, ``__post_init__``) and its values compare, hash, print, pickle and match alike. Type checkers read the
standard one, and ``dataclasses.fields`` and ``replace`` work on both.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

T = TypeVar("T")
MISSING: Any = type("Missing", (), {"__repr__": lambda _: "<missing>"})()


class Slot:
    """What a class says of one of its names: its default, and where it takes part."""

    __slots__ = ("compare", "default", "factory", "init", "name", "repr")

    def __init__(self, default: Any = MISSING, factory: Any = MISSING, *, init: bool = True, repr: bool = True,  # noqa: A002
                 compare: bool = True) -> None:
        self.name = ""
        self.default, self.factory = default, factory
        self.init, self.repr, self.compare = init, repr, compare

    def default_word(self) -> str:
        """What stands behind the name in the head of ``__init__``."""
        if self.factory is not MISSING:
            return "=MISSING"
        return "" if self.default is MISSING else f"=default_{self.name}"

    def value_word(self) -> str:
        """What the slot is filled with; empty: nothing, somebody else will."""
        if self.factory is not MISSING:
            fresh = f"new_{self.name}()"
            return f"{fresh} if {self.name} is MISSING else {self.name}" if self.init else fresh
        if self.init:
            return self.name
        return "" if self.default is MISSING else f"default_{self.name}"


class StandardFields:
    """``__dataclass_fields__``, made by the standard library when somebody asks for it."""

    __slots__ = ()

    def __get__(self, _: object, kind: Any) -> Any:
        from dataclasses import field, make_dataclass

        def standard(slot: Slot) -> Any:
            words: dict[str, Any] = {"init": slot.init, "repr": slot.repr, "compare": slot.compare}
            if slot.default is not MISSING:
                words["default"] = slot.default
            if slot.factory is not MISSING:
                words["default_factory"] = slot.factory
            return field(**words)

        types: dict[str, Any] = {}
        for one in reversed(kind.__mro__):
            types |= vars(one).get("__annotations__", {})
        named = [(one.name, types[one.name], standard(one)) for one in kind.__own_slots__]
        twin: Any = make_dataclass(kind.__name__, named)
        return twin.__dataclass_fields__


def names_of(kind: Any) -> tuple[str, ...]:
    """The names of a class of this module, in the order in which they were written."""
    return tuple(one.name for one in kind.__own_slots__)


def slotted(kind: Any, frozen: bool) -> Any:
    """The class made anew with slots for its names, in the order of the bases and of the text."""
    inherited = {one.name: one for base in reversed(kind.__mro__[1:]) for one in vars(base).get("__own_slots__", ())}
    body = dict(vars(kind))
    slots = inherited | {name: _slot(name, body) for name in body.get("__annotations__", ())}
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    compared = tuple(one.name for one in slots.values() if one.compare)
    body |= {
        "__slots__": tuple(name for name in slots if name not in inherited),
        "__own_slots__": tuple(slots.values()),
        "__dataclass_fields__": StandardFields(),
        "__qualname__": kind.__qualname__,
    }
    if body.get("__hash__") is None:
        body.pop("__hash__", None)
        body["__hash__"] = _hash_of(compared) if frozen else None
    if frozen:
        body |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        body.setdefault("__getstate__", _state)
        body.setdefault("__setstate__", _restore)
    body.setdefault("__match_args__", tuple(one.name for one in slots.values() if one.init))
    body.setdefault("__eq__", _equal_by(compared))
    body.setdefault("__repr__", _printed)
    made = type(kind)(kind.__name__, kind.__bases__, body)
    if "__init__" not in body:
        made.__init__ = _written_at_first_use(made, frozen)
    return made


def _slot(name: str, body: dict[str, Any]) -> Slot:
    """What stands beside a name; a default leaves the class, where the slot will be."""
    said = body.pop(name, MISSING)
    slot = said if isinstance(said, Slot) else Slot(said)
    slot.name = name
    return slot


def _written_at_first_use(kind: Any, frozen: bool) -> Callable[..., None]:
    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        kind.__init__ = written = _init(kind, frozen)
        written(self, *given, **named)

    return __init__


def _init(kind: Any, frozen: bool) -> Callable[..., None]:
    """The very ``__init__`` that one would write by hand; a frozen value is filled through the slots themselves."""
    names: dict[str, Any] = {"MISSING": MISSING}
    head, lines = ["self"], []
    for one in kind.__own_slots__:
        name = one.name
        names[f"set_{name}"] = getattr(kind, name).__set__
        names |= {f"new_{name}": one.factory, f"default_{name}": one.default}
        if one.init:
            head.append(name + one.default_word())
        if value := one.value_word():
            lines.append(f" set_{name}(self, {value})" if frozen else f" self.{name} = {value}")
    if hasattr(kind, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(head)}):\n" + "\n".join(lines or [" pass"]), names)  # noqa: S102 -- our own names
    written: Callable[..., None] = names["__init__"]
    written.__qualname__ = f"{kind.__qualname__}.__init__"
    return written


def _values_by(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _equal_by(names: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    values = _values_by(names)

    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash_of(names: tuple[str, ...]) -> Callable[[Any], int]:
    values = _values_by(names)
    return lambda self: hash(values(self))


_PRINTING: set[tuple[int, int]] = set()


def _printed(self: Any) -> str:
    from _thread import get_ident

    now = (id(self), get_ident())
    if now in _PRINTING:
        return "..."                                 # it holds itself, by way of another
    _PRINTING.add(now)
    try:
        shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in self.__own_slots__ if one.repr)
        return f"{self.__class__.__qualname__}({shown})"
    finally:
        _PRINTING.discard(now)


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in names_of(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(names_of(self), state, strict=True):
        object.__setattr__(self, name, value)


def _refuse_to_set(_: object, name: str, __: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    def dataclass(*, frozen: bool = False, slots: bool) -> Callable[[type[T]], type[T]]:
        """A class of values; ``slots`` must be true, so that what is written is what is made."""
        if not slots:
            raise TypeError("a dataclass of safesql has slots: write slots=True")
        return lambda kind: slotted(kind, frozen)

    def field(*, default: Any = MISSING, default_factory: Any = MISSING, **part: bool) -> Slot:
        """What ``dataclasses.field`` says: a default, or what makes one; init, repr and compare."""
        return Slot(default, default_factory, **part)

    def replace(value: T, /, **changes: Any) -> T:
        """The value with some names changed; its checks run again."""
        for one in value.__own_slots__:
            if one.init:
                changes.setdefault(one.name, getattr(value, one.name))
        return type(value)(**changes)

__all__ = ["dataclass", "field", "names_of", "replace"]
