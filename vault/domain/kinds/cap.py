"""How many accounts there may be, or how many people may have access to one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from vault.domain.events import Row
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Cap(Rule):
    """At most so many live accounts among those that the filter lets through, or holders of each of them.

    A closed account does not count. ``local``: the document gives no number and this one is ours. ``per_platform``:
    so many on each of the platforms.
    """

    kind = "cap"
    of: str
    applies: Applies
    most: int
    local: bool
    per_platform: bool = False


def _read(table: Reader, clause: str, known: Known) -> Cap:
    return Cap(
        clause=clause,
        of=table.choice("of", ("accounts", "holders")),
        applies=read_applies(table, known),
        most=known.number(table, "most"),
        local=table.has("most_local"),
        per_platform=table.has("per_platform") and table.flag("per_platform"),
    )


def assess(case: Case, rule: Cap) -> Outcome:
    """Whatever is over the number, the latest first to be too many."""
    out = Outcome()
    accounts = sorted(case.live(rule.applies), key=lambda row: row["added"])
    ours = " (a local choice)" if rule.local else ""
    if rule.of == "accounts":
        out.applied = len(accounts)
        for together in _together(rule, accounts):
            for row in together[rule.most :]:
                words = f"{len(together)} accounts where at most {rule.most} may be{ours}"
                out.miss("too_many_accounts", row["id"], words, rule.clause, row["added"])
        return out
    people: dict[str, set[str]] = defaultdict(set)
    for grant in case.access(rule.applies):
        people[grant["account"]].add(grant["person"])
    for row in accounts:
        out.applied += 1
        if (number := len(people[row["id"]])) > rule.most:
            words = f"{number} people have access where at most {rule.most} may{ours}"
            out.miss("too_many_holders", row["id"], words, rule.clause, row["added"])
    return out


def _together(rule: Cap, accounts: list[Row]) -> list[list[Row]]:
    """The accounts that are counted together."""
    if not rule.per_platform:
        return [accounts]
    found: dict[str, list[Row]] = defaultdict(list)
    for row in accounts:
        found[row["platform"]].append(row)
    return list(found.values())


CAP = Kind(Cap, _read, assess)
