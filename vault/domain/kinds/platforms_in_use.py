"""The platforms for which a request needs no decision of its own."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class PlatformsInUse(Rule):
    """Platforms for which a request needs no decision of its own."""

    kind = "platforms_in_use"
    platforms: tuple[str, ...]
    exception_post: str
    exception_clause: str


def _platforms_in_use(table: Reader, clause: str, known: Known) -> PlatformsInUse:
    return PlatformsInUse(
        clause=clause,
        platforms=table.texts("platforms", allowed=known.platforms),
        exception_post=table.text("exception_post"),
        exception_clause=known.clause(table, "exception_clause"),
    )


PLATFORMS_IN_USE = Kind(PlatformsInUse, _platforms_in_use, once=True)
