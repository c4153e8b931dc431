"""Third-party apps on accounts: which are required, allowed and forbidden, and which may not be removed."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule, record_codes
from vault.domain.strict import Reader

OTHERS = ("allowed", "forbidden", "not_addressed")


@dataclass(frozen=True, slots=True)
class Apps(Rule):
    """Apps by code: one on an account is a record ``app.<code>`` about it, as long as that is not ended.

    ``others``: what of apps that neither list names. ``keep``: one that a custodian added may not be removed by anybody
    else. ``first``: records that must stand about the account when an app is added.
    """

    kind = "apps"
    applies: Applies
    required: tuple[str, ...]
    allowed: tuple[str, ...]
    others: str
    keep: bool
    first: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> Apps:
    return Apps(
        clause=clause,
        applies=read_applies(table, known),
        required=table.texts("required", empty=True),
        allowed=table.texts("allowed", empty=True),
        others=table.choice("others", OTHERS),
        keep=table.flag("keep"),
        first=record_codes(table, "first", empty=True),
    )


APPS = Kind(Apps, _read)
