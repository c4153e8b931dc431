"""The platforms for which a request needs no decision of its own."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, Outcome
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
        exception_post=read_post(table, "exception_post"),
        exception_clause=known.clause(table, "exception_clause"),
    )


def assess(case: Case, rule: PlatformsInUse) -> Outcome:
    """Accounts elsewhere: those opened here need the decision, of those that were there none may be known."""
    out = Outcome()
    decided = {row["request"] for row in case.reg.find("approval", post=rule.exception_post, given=1)}
    for account in case.live(Applies()):
        out.applied += 1
        if account["platform"] in rule.platforms or account["request"] in decided:
            out.show(account["added"])
        else:
            words = f"{account['platform']} is not a platform in use, and the {rule.exception_post} has not agreed"
            status = NOT_EVIDENCED if account["request"] is None else NOT_MET
            out.miss(
                "platform_not_in_use",
                account["id"],
                words,
                rule.exception_clause,
                account["added"],
                status=status,
            )
    return out


PLATFORMS_IN_USE = Kind(PlatformsInUse, _platforms_in_use, assess, once=True)
