"""The type variables of whatever declares a task: its parameters, its result, its exceptions and its progress."""

from __future__ import annotations

from typing import ParamSpec

from typing_extensions import Never, TypeVar

__all__ = ["E1", "E2", "E3", "E4", "E5", "PG", "P", "R"]

P = ParamSpec("P")
R = TypeVar("R")
# Without `raises=` any exception, without `progress=` none: PEP 696. Of up to five exceptions, since a tuple of any
# length would join them to `Exception`.
E1 = TypeVar("E1", bound=BaseException, default=Exception)
E2 = TypeVar("E2", bound=BaseException, default=Never)
E3 = TypeVar("E3", bound=BaseException, default=Never)
E4 = TypeVar("E4", bound=BaseException, default=Never)
E5 = TypeVar("E5", bound=BaseException, default=Never)
PG = TypeVar("PG", default=Never)
