"""Who may have access to which accounts, and by which way: a secret, a platform role, a seat in a tool."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.events import Row
from vault.domain.kinds.applies import WAYS, Applies, read_applies
from vault.domain.kinds.base import ROLES, Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Holder:
    """Holders of one of these posts (or a role such as custodian), by one of these ways."""

    posts: tuple[str, ...]
    ways: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class MayHold(Rule):
    """Only these have access to the accounts that the filter lets through; no entry: posts do not decide.

    ``person_types``: only people of these types (a record ``person_type.<type>``); empty: the document names none.
    """

    kind = "may_hold"
    applies: Applies
    allow: tuple[Holder, ...]
    person_types: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> MayHold:
    allow = tuple(_holder(entry, known) for entry in table.tables("allow", empty=True))
    types = table.texts("person_types", empty=True)
    if not allow and not types:
        table.refuse("must not be empty where person_types is", "allow")
    return MayHold(clause, read_applies(table, known), allow, types)


def _holder(table: Reader, known: Known) -> Holder:
    with table:
        return Holder(table.texts("posts"), table.texts("ways", allowed=WAYS), known.clause(table))


def assess(case: Case, rule: MayHold) -> Outcome:
    """Everybody with access, against who may have it and how."""
    out = Outcome()
    for grant in case.access(rule.applies):
        out.applied += 1
        account, person = case.accounts[grant["account"]], grant["person"]
        if rule.allow and not any(fits(case, entry, account, person, grant["kind"]) for entry in rule.allow):
            words = f"access by {grant['kind']} is for none of the posts held"
            out.miss("holder_not_allowed", person, words, rule.allow[0].clause, grant["given"])
        elif rule.person_types and (wrong := type_problem(case, rule, person)):
            unknown = case.latest(person, "person_type.") is None
            out.miss(
                "person_type",
                person,
                wrong,
                rule.clause,
                grant["given"],
                status=NOT_EVIDENCED if unknown else NOT_MET,
            )
        else:
            out.show(grant["given"])
    return out


def fits(case: Case, entry: Holder, account: Row, person: str, way: str) -> bool:
    """Whether one line of the list lets that person have that access."""
    return way in entry.ways and any(
        case.is_now(person, post)
        if post in ROLES
        else case.holds(person, post, case.today, case.scopes(account))
        for post in entry.posts
    )


def type_problem(case: Case, rule: MayHold, person: str) -> str:
    """Why a person's type does not do; empty if it does."""
    row = case.latest(person, "person_type.")
    if row is None:
        return "the type of person is not on record"
    name = row["code"].removeprefix("person_type.")
    return "" if name in rule.person_types else f"a {name} is not among those that the document names"


MAY_HOLD = Kind(MayHold, _read, assess)
