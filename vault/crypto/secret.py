"""A secret that does not show itself by accident.

It prints as `<secret>`, cannot be pickled, copied or hashed, and compares in a time that tells only the
length. It is a guard against slips (logs, tracebacks, f-strings), not against code in the same process, and
nothing in Python wipes memory: a lock is the end of the process.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Generic, NoReturn, TypeVar

_T = TypeVar("_T", str, bytes)


class Secret(Generic[_T]):
    """`Secret(value)`; only `reveal()` gives the value back."""

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # a hash in a set or a cache outlives the care taken here

    def __init__(self, value: _T) -> None:
        self._value: _T = value

    def reveal(self) -> _T:
        """The value itself. Call it where the value is used, not where it is passed on."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret) or type(self._value) is not type(other._value):
            return NotImplemented
        return compare_digest(_as_bytes(self._value), _as_bytes(other._value))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not written out")


def _as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
