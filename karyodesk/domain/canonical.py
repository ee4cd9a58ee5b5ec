"""Canonical JSON of the frozen dataclasses of the domain, and back: one text a value, so that a text can be hashed.

Keys are sorted, nothing is spaced, floats are written as ``repr`` writes them and always with a point or an exponent,
dates as ISO 8601, moments in UTC with six digits of a second. A dataclass is an object of all its fields; where several
dataclasses are allowed, the key ``$type`` names which one it is.

Reading is strict about fields and types. It does not look at spaces, the order of keys and the digits of a number:
whether a text is canonical to the byte is seen by writing it again, which takes half as long once more.
"""

import hashlib
import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from itertools import chain
from math import isfinite
from numbers import Integral, Real
from typing import Any, Final, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from karyodesk.domain.errors import CanonicalError

TYPE_KEY: Final = "$type"
"""Names the dataclass where several are allowed; no field can be called so."""

_T = TypeVar("_T")


def encode(value: object) -> str:
    """Return the canonical JSON of a dataclass.

    Its fields may be of dataclasses, ``str``, ``int``, ``float``, ``bool``, enumerations of strings, ``date``,
    ``datetime``, tuples, mappings from ``str``, any of these or None, and one of several dataclasses. Numbers of NumPy
    are written as plain ones.

    Raises:
        CanonicalError: where a value does not fit its type hint, a number is not finite, a moment has no time zone, or
            a text holds half a character (an unpaired surrogate), which UTF-8 cannot say.
        TypeError: for no dataclass, or one with a field of any other type.
    """
    plain = _at_top(_top_form(type(value)).plain, value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("A text of this record holds characters that cannot be stored: rename it.") from None
    return text


def decode(kind: type[_T], text: str) -> _T:
    """Return the value whose canonical JSON this is.

    Args:
        kind: the dataclass that was encoded.
        text: as ``encode`` gave it.

    Raises:
        CanonicalError: where this is no JSON, a field is unknown, missing, there twice or of another type, a float is
            written without a point, a date or a moment otherwise than ``encode`` does, or the dataclass refuses it.
        TypeError: for no dataclass, or one with a field of a type that ``encode`` does not know.
    """
    form = _top_form(kind)
    try:
        plain = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise CanonicalError("This stored record is no JSON: it was altered or cut off.") from None
    value: _T = _at_top(form.value, plain)
    return value


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a dataclass in UTF-8, in hexadecimal."""
    return hashlib.sha256(encode(value).encode()).hexdigest()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, of which the last of two equal keys would otherwise be taken in silence."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


class _MisfitError(Exception):
    """A value that does not fit; the names of the fields around it are put before it on the way out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


def _top_form(kind: type) -> "_Form":
    if not is_dataclass(kind):
        raise TypeError(f"{kind} is no dataclass")
    return _form(cast(Any, kind))  # a type can be hashed, which mypy does not take for granted


def _misfit(reason: str) -> NoReturn:
    raise _MisfitError(reason)


def _at_top(convert: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401 - any JSON, any dataclass
    try:
        return convert(value)
    except _MisfitError as error:
        where = "".join(reversed(error.path)).lstrip(".") or "the whole"
        raise CanonicalError(f"This record does not fit: {where} {error.reason}.") from None


def _within(name: str, convert: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401
    try:
        return convert(value)
    except _MisfitError as error:
        error.path.append(name)
        raise


@dataclass(frozen=True)
class _Form:
    """How values of one type hint are written and read.

    Attributes:
        plain: from a value to what JSON can say.
        value: the way back; exact types only.
    """

    plain: Callable[[Any], Any]
    value: Callable[[Any], Any]


@cache
def _form(hint: Any) -> _Form:  # noqa: ANN401 - type hints have no common type
    """The form of a type hint.

    Raises:
        TypeError: for a hint that has none.
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return _record_form(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_form(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _sequence_form(arguments[0]) if arguments[1:] == (...,) else _tuple_form(arguments)
    if origin in (Mapping, dict) and arguments[0] is str:
        return _mapping_form(arguments[1])
    if origin in (Union, types.UnionType):
        return _union_form(arguments)
    raise TypeError(f"{hint} has no canonical form")


def _exactly(kind: type) -> Callable[[Any], Any]:
    """A check that a value of JSON is of one type and no other, a truth value no number."""

    def check(plain: object) -> object:
        return plain if type(plain) is kind else _misfit(f"is no {_NAMES[kind]}")

    return check


_NAMES: Final = {str: "text", int: "whole number", float: "number with a point", bool: "true or false", dict: "object"}


def _plain_text(value: object) -> str:
    return value if isinstance(value, str) else _misfit("is no text")


def _plain_integer(value: object) -> int:
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else _misfit("is no whole number")


def _plain_float(value: object) -> float:
    if not isinstance(value, Real) or isinstance(value, bool) or not isfinite(value):
        _misfit("is no finite number")
    return float(value)


def _finite(plain: object) -> float:
    return plain if isinstance(plain, float) and isfinite(plain) else _misfit("is no finite number with a point")


def _plain_date(value: object) -> str:
    return value.isoformat() if type(value) is date else _misfit("is no date")


def _date(plain: object) -> date:
    try:
        found = date.fromisoformat(str(plain))
    except ValueError:
        _misfit("is no date")
    return found if found.isoformat() == plain else _misfit("is no date as it is written here")


def _plain_moment(value: object) -> str:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        _misfit("is no moment with a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(plain: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(plain))
    except ValueError:
        _misfit("is no moment")
    return found if _plain_moment(found) == plain else _misfit("is no moment in UTC")


_SCALARS: Final[dict[Any, _Form]] = {
    str: _Form(_plain_text, _exactly(str)),
    int: _Form(_plain_integer, _exactly(int)),
    float: _Form(_plain_float, _finite),
    bool: _Form(_exactly(bool), _exactly(bool)),
    date: _Form(_plain_date, _date),
    datetime: _Form(_plain_moment, _moment),
}


def _enum_form(kind: type[Enum]) -> _Form:
    values = {member.value: member for member in kind}
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"{kind} is no enumeration of strings")

    def plain(value: object) -> object:
        return value.value if isinstance(value, kind) else _misfit(f"is no {kind.__name__}")

    def value(plain: object) -> Enum:
        if not isinstance(plain, str) or plain not in values:
            _misfit(f"is no {kind.__name__}")
        return values[plain]

    return _Form(plain, value)


def _record_form(kind: type) -> _Form:
    """An object of all fields. How these are written is found out at first use, for a field may be of the same kind."""
    names = frozenset(field.name for field in fields(kind))

    @cache
    def forms() -> tuple[tuple[str, _Form], ...]:
        hints = get_type_hints(kind)
        return tuple((field.name, _form(hints[field.name])) for field in fields(kind))

    def plain(value: object) -> dict[str, Any]:
        if type(value) is not kind:
            _misfit(f"is no {kind.__name__}")
        return {name: _within(f".{name}", form.plain, getattr(value, name)) for name, form in forms()}

    def value(plain: object) -> object:
        if not isinstance(plain, dict):
            _misfit(f"is no {kind.__name__}")
        _refuse_other_fields(set(plain), names)
        arguments = {name: _within(f".{name}", form.value, plain[name]) for name, form in forms()}
        try:
            return kind(**arguments)
        except ValueError as error:
            _misfit(f"is no {kind.__name__}: {error}")

    return _Form(plain, value)


def _refuse_other_fields(found: set[str], names: frozenset[str]) -> None:
    if unknown := found - names:
        _misfit(f"has an unknown field “{min(unknown)[:40]}”")
    if missing := names - found:
        _misfit(f"lacks the field “{min(missing)}”")


def _items(convert: Callable[[Any], Any], values: Iterable[object]) -> list[Any]:
    return [_within(f"[{place}]", convert, value) for place, value in enumerate(values)]


def _sequence_form(hint: Any) -> _Form:  # noqa: ANN401
    """A tuple of any length. The rings of outlines, nearly all of a cell, are converted at once, not by the point."""
    form, size = _form(hint), _floats(hint)

    def plain(value: object) -> Sequence[Any]:
        if not isinstance(value, tuple):
            _misfit("is no tuple")
        return value if size and _is_rows(value, tuple, size) else _items(form.plain, value)

    def value(plain: object) -> tuple[Any, ...]:
        if not isinstance(plain, list):
            _misfit("is no list")
        return tuple(map(tuple, plain)) if size and _is_rows(plain, list, size) else tuple(_items(form.value, plain))

    return _Form(plain, value)


def _floats(hint: Any) -> int:  # noqa: ANN401
    """How many numbers a row has, of a hint such as ``tuple[float, float]``; otherwise 0."""
    arguments = get_args(hint)
    return len(arguments) if get_origin(hint) is tuple and set(arguments) == {float} else 0


def _is_rows(rows: Sequence[Any], kind: type, size: int) -> bool:
    """Whether all rows are of one type and length and hold nothing but finite floats."""
    if set(map(type, rows)) != {kind} or set(map(len, rows)) != {size}:
        return False
    return set(map(type, chain.from_iterable(rows))) == {float} and all(map(isfinite, chain.from_iterable(rows)))


def _tuple_form(hints: tuple[Any, ...]) -> _Form:
    """A tuple of a known length."""
    forms = tuple(map(_form, hints))

    def plain(value: object) -> list[Any]:
        if not isinstance(value, tuple) or len(value) != len(forms):
            _misfit(f"is no tuple of {len(forms)}")
        return [_within(f"[{place}]", form.plain, value[place]) for place, form in enumerate(forms)]

    def value(plain: object) -> tuple[Any, ...]:
        if not isinstance(plain, list) or len(plain) != len(forms):
            _misfit(f"is no list of {len(forms)}")
        return tuple(_within(f"[{place}]", form.value, plain[place]) for place, form in enumerate(forms))

    return _Form(plain, value)


def _mapping_form(hint: Any) -> _Form:  # noqa: ANN401
    form = _form(hint)

    def plain(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            _misfit("is no mapping from text")
        return {key: _within(f"[{key}]", form.plain, item) for key, item in value.items()}

    def value(plain: object) -> dict[str, Any]:
        if not isinstance(plain, dict):
            _misfit("is no object")
        return {key: _within(f"[{key}]", form.value, item) for key, item in plain.items()}

    return _Form(plain, value)


def _union_form(hints: tuple[Any, ...]) -> _Form:
    """Something or None, or one of several dataclasses, each of which then says which one it is."""
    others = tuple(hint for hint in hints if hint is not type(None))
    form = _form(others[0]) if len(others) == 1 else _tagged_form(others)
    if len(others) == len(hints):
        return form

    def plain(value: object) -> object:
        return None if value is None else form.plain(value)

    def value(plain: object) -> object:
        return None if plain is None else form.value(plain)

    return _Form(plain, value)


def _tagged_form(kinds: tuple[Any, ...]) -> _Form:
    forms = {kind.__name__: _form(kind) for kind in kinds}
    if not all(is_dataclass(kind) for kind in kinds) or len(forms) != len(kinds):
        raise TypeError(f"{kinds} cannot be told apart")

    def plain(value: object) -> dict[str, Any]:
        name = type(value).__name__
        return {TYPE_KEY: name, **forms[name].plain(value)} if name in forms else _misfit("is of another type")

    def value(plain: object) -> object:
        name = plain.get(TYPE_KEY) if isinstance(plain, dict) else None
        if not isinstance(plain, dict) or not isinstance(name, str) or name not in forms:
            _misfit("is of another type")
        return forms[name].value({key: item for key, item in plain.items() if key != TYPE_KEY})

    return _Form(plain, value)
