"""Posts that each account must have filled: who answers for it, supervises it, oversees it."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class PostRequired(Rule):
    """Somebody holds each of these posts for the account, for its team, or for everything."""

    kind = "post_required"
    posts: tuple[str, ...]
    applies: Applies


def _read(table: Reader, clause: str, known: Known) -> PostRequired:
    return PostRequired(clause, table.texts("posts"), read_applies(table, known))


POST_REQUIRED = Kind(PostRequired, _read)
