# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, ANN206, SLOT001 - typed by the standard library
"""Light stand-ins for what of the standard library takes long to import or to use, and does the same.

Importing `typing`, `re`, `functools`, `collections` and `enum` takes longer than Python itself takes to start, and
`typing.NamedTuple` compiles code for every class, 0.2 ms each. The files a plain call loads do without: they import
types for who checks types only (`TYPE_CHECKING = False`), and take from here what they need when they run. To who
checks types these are the standard library's own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cache, cached_property
    from types import MappingProxyType
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

    MappingProxyType = type(type.__dict__)
    _tuple = tuple.__new__

    class _Record(type):
        """The class of named tuples: the annotations of a class are its fields, what they are assigned the defaults."""

        def __new__(kind, name, bases, members):
            fields = tuple(members.get("__annotations__", ()))
            defaults = {field: members[field] for field in fields if field in members}
            members |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            members |= {field: _tuplegetter(number, "") for number, field in enumerate(fields)}
            return super().__new__(kind, name, bases, members)

    class NamedTuple(tuple, metaclass=_Record):
        """The base of a class of named tuples."""

        def __new__(cls, /, *values, **named):
            """One of the fields' values, by position and by name. Raises TypeError for too many or too few."""
            missing = len(cls._fields) - len(values)
            if named:
                values = cls._complete(values, named)
            elif 0 < missing <= len(cls._field_defaults):
                values += tuple(cls._field_defaults.values())[-missing:]
            elif missing:
                raise cls._misfit(values, named)
            return _tuple(cls, values)

        @classmethod
        def _complete(cls, values, named):
            given = dict(zip(cls._fields, values, strict=False))
            found = {**cls._field_defaults, **given, **named}
            if len(values) > len(cls._fields) or given.keys() & named.keys() or found.keys() != set(cls._fields):
                raise cls._misfit(values, named)
            return [found[field] for field in cls._fields]

        @classmethod
        def _misfit(cls, values, named):
            return TypeError(f"{cls.__name__}() takes {', '.join(cls._fields)}, not {values!r} and {named!r}")

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, /, **changed):
            return type(self)(**{**self._asdict(), **changed})

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self):
            return tuple(self)

    def cache(function):
        """The function, computed once for each of its arguments, given by position."""
        known = {}

        def remembered(*arguments):
            if arguments not in known:
                known[arguments] = function(*arguments)
            return known[arguments]

        remembered.__name__, remembered.__doc__ = function.__name__, function.__doc__
        return remembered

    class cached_property:  # noqa: N801 - as it is called there
        """A property that is computed once, and then is an attribute of the object."""

        def __init__(self, compute):
            self._compute = compute
            self.__doc__ = compute.__doc__

        def __get__(self, owner, kind=None):
            if owner is None:
                return self
            value = owner.__dict__[self._compute.__name__] = self._compute(owner)
            return value


__all__ = ["MappingProxyType", "NamedTuple", "cache", "cached_property"]
