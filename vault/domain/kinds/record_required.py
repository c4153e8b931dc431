"""What must be on record about an account, a person, a device or a grant, and before which act of the vault.

The workhorse of the kinds: training, acknowledgements, attestations, checklists, named-person lists, reviews, authority
and evidence are all records of some code by somebody, as old as the document lets them be.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.interval import Interval
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import VERSION, Kind, Known, Rule, record_code, record_codes
from vault.domain.strict import Reader

ABOUT = ("account", "person", "device", "grant", "vault")
GATES = ("approval", "open", "grant", "release", "unfreeze", "close")
AFTER = ("freeze",)


@dataclass(frozen=True, slots=True)
class Provisional:
    """What opens the gate meanwhile, such as a booked place, until its own end; only where ``allowed``."""

    code: str
    allowed: bool
    decision: str


@dataclass(frozen=True, slots=True)
class RecordRequired(Rule):
    """Records of these codes must stand about each subject that the rule applies to.

    A subject of ``person`` is everybody with access to an account that the filter lets through. ``need``: all of the
    codes, or any. ``by``: the posts (or ``self``, or a role) whose statement counts; empty: anybody's. ``before``: acts
    that the vault refuses meanwhile. ``unless``: codes that make it unnecessary. ``after``: it must be later than the
    last freeze (for ``after_reason``, if given). ``version``: that of the document which the record must name.
    """

    kind = "record_required"
    about: str
    applies: Applies
    codes: tuple[str, ...]
    need: str
    every: Interval
    by: tuple[str, ...]
    before: tuple[str, ...]
    unless: tuple[str, ...] = ()
    version: str = ""
    per_platform: bool = False
    after: str = ""
    after_reason: str = ""
    provisional: Provisional | None = None
    decision: str = ""


def _read(table: Reader, clause: str, known: Known) -> RecordRequired:
    after_reason = table.text("after_reason") if table.has("after_reason") else ""
    if after_reason and not table.has("after"):
        table.refuse("is of nothing without after", "after_reason")
    version = table.text("version") if table.has("version") else ""
    if version and not VERSION.match(version):
        table.refuse("must be numbers and dots, as a record has them", "version")
    return RecordRequired(
        clause=clause,
        about=table.choice("about", ABOUT),
        applies=read_applies(table, known),
        codes=record_codes(table, "codes"),
        need=table.choice("need", ("all", "any")),
        every=known.interval(table),
        by=table.texts("by", empty=True),
        before=table.texts("before", allowed=GATES, empty=True),
        unless=record_codes(table, "unless") if table.has("unless") else (),
        version=version,
        per_platform=table.has("per_platform") and table.flag("per_platform"),
        after=table.choice("after", AFTER) if table.has("after") else "",
        after_reason=after_reason,
        provisional=_provisional(table.table("provisional"), known) if table.has("provisional") else None,
        decision=known.decision(table),
    )


def _provisional(table: Reader, known: Known) -> Provisional:
    with table:
        return Provisional(record_code(table, "code"), table.flag("allowed"), known.decision(table))


RECORD_REQUIRED = Kind(RecordRequired, _read)
