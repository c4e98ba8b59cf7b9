"""An attribute that is made when it is first asked for, and kept with its object.

As ``functools.cached_property``, without the lock that this holds in Python 3.11: one for all objects of a class, so that
one request that reads for a second would hold up all others. Two threads that ask one object at once may both make it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class made_once(Generic[T]):  # noqa: N801 - it is written as a decorator
    """The decorator."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        """``make`` is the method whose answer is kept."""
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Under which name it is kept."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> made_once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> T | made_once[T]:
        """What is kept stands in the object itself from then on, and this is not asked again."""
        if instance is None:
            return self
        made: T = self._make(instance)
        vars(instance)[self._name] = made
        return made
