"""Who must approve a new account, or access to one, in which order, and what the request must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from vault.domain import evidence
from vault.domain.calendar import london_day_of
from vault.domain.events import Row
from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader

ACCOUNT, ACCESS = ASKED_FOR = ("account", "access")


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another post that may give the same approval: a second one named, an escalation, a stand-in."""

    post: str
    clause: str


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One approval. Steps of one stage may come in any order; a later stage waits for the earlier ones."""

    post: str
    stage: int
    clause: str
    alternates: tuple[Alternate, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may give it, the one named first in front."""
        return (self.post, *(alternate.post for alternate in self.alternates))


@dataclass(frozen=True, slots=True)
class ApprovalChain(Rule):
    """Who must approve a new account, or access to one, in which order, and what the request must say.

    ``variants`` are the chains of owner kinds for which the document names other approvers.
    ``asked_for``: a new account, or access to one that exists; what is not named needs no approval under this document.
    """

    kind = "approval_chain"
    steps: tuple[ApprovalStep, ...]
    fields: tuple[str, ...]
    fields_clause: str
    one_person_may_give_several: bool
    asked_for: tuple[str, ...] = ASKED_FOR
    variants: tuple[ApprovalVariant, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may approve anything, in the document's order."""
        chains = (self, *(variant.chain for variant in self.variants))
        return tuple(dict.fromkeys(post for chain in chains for step in chain.steps for post in step.posts))

    def for_owner(self, owner_kind: str) -> ApprovalChain:
        """The chain for accounts of that owner kind."""
        return next((v.chain for v in self.variants if owner_kind in v.owner_kinds), self)


@dataclass(frozen=True, slots=True)
class ApprovalVariant:
    """The chain of some owner kinds; its clause is the one that names their approvers."""

    owner_kinds: tuple[str, ...]
    chain: ApprovalChain


def _approval_chain(table: Reader, clause: str, known: Known) -> ApprovalChain:
    variants = table.tables("variants") if table.has("variants") else ()
    return replace(
        _one_chain(table, clause, known),
        variants=tuple(_approval_variant(entry, known) for entry in variants),
    )


def _approval_variant(table: Reader, known: Known) -> ApprovalVariant:
    with table:
        return ApprovalVariant(table.texts("owner_kinds"), _one_chain(table, known.clause(table), known))


def _one_chain(table: Reader, clause: str, known: Known) -> ApprovalChain:
    steps = tuple(_approval_step(step, known) for step in table.tables("steps"))
    posts = [post for step in steps for post in step.posts]
    if len(set(posts)) != len(posts):
        table.refuse("names a post twice", "steps")
    return ApprovalChain(
        clause=clause,
        steps=steps,
        fields=table.texts("fields", empty=True),
        fields_clause=known.clause(table, "fields_clause"),
        one_person_may_give_several=table.flag("one_person_may_give_several"),
        asked_for=table.texts("asked_for", allowed=ASKED_FOR),
    )


def _approval_step(table: Reader, known: Known) -> ApprovalStep:
    alternates = table.tables("alternates") if table.has("alternates") else ()
    with table:
        return ApprovalStep(
            read_post(table, "post"),
            table.number("stage", least=1),
            known.clause(table),
            tuple(_alternate(entry, known) for entry in alternates),
        )


def _alternate(table: Reader, known: Known) -> Alternate:
    with table:
        return Alternate(read_post(table, "post"), known.clause(table))


class _Began(NamedTuple):
    """What an approval is for: whose it is, the day on which it began, and the entry that says so."""

    subject: str
    day: str
    entry: int


def assess(case: Case, rule: ApprovalChain) -> Outcome:
    """Each account and each access: asked for, approved in order by those in post, and before it began."""
    out, asked = Outcome(), _asked(case)
    _accounts(case, rule, out, asked)
    _access(case, rule, out, asked)
    return out


def _accounts(case: Case, rule: ApprovalChain, out: Outcome, asked: _Asked) -> None:
    for account in case.live(Applies()):
        chain, began = rule.for_owner(account["owner_kind"]), account["created_on"] or case.today
        if ACCOUNT not in chain.asked_for:
            continue
        out.applied += 1
        if account["request"] is None and not case.past:
            words = "it was there before its approval could be asked for, and none is recorded"
            kind, status = "account_without_approval", NOT_EVIDENCED
            out.miss(kind, account["id"], words, chain.clause, account["added"], status=status)
        elif account["request"] is not None and case.act(account["added"]):
            _check(
                case, out, chain, asked[account["request"]], _Began(account["id"], began, account["added"])
            )


def _access(case: Case, rule: ApprovalChain, out: Outcome, asked: _Asked) -> None:
    for grant in case.grants:
        chain = rule.for_owner(case.accounts[grant["account"]]["owner_kind"])
        if ACCESS not in chain.asked_for:
            continue
        out.applied += 1
        if grant["request"] is None and not case.past:
            words = f"has {grant['kind']} of {grant['account']}, and no approval is recorded"
            kind, status = "holder_without_approval", NOT_EVIDENCED
            out.miss(kind, grant["person"], words, chain.clause, grant["given"], status=status)
        elif grant["request"] is not None and case.act(grant["given"]):
            began = _Began(grant["person"], grant["since"], grant["given"])
            _check(case, out, chain, asked[grant["request"]], began)


_Asked = Mapping[str, tuple[Row, list[Row]]]


def _asked(case: Case) -> dict[str, tuple[Row, list[Row]]]:
    """Each request with what was decided on it, in the order of the days."""
    found: dict[str, tuple[Row, list[Row]]] = {row["id"]: (row, []) for row in case.reg.find("request")}
    rows = case.reg.find("approval")
    for row in sorted(rows, key=lambda row: (london_day_of(row["occurred_at"]), row["seq"])):
        found[row["request"]][1].append(row)
    return found


def _check(
    case: Case, out: Outcome, chain: ApprovalChain, asked: tuple[Row, list[Row]], began: _Began
) -> None:
    """One request: every step by somebody in post on that day, not by who asked, and not after the beginning."""
    request, rows = asked
    for step in chain.steps:
        row = next((row for row in rows if row["given"] and _counts(case, row, step, request)), None)
        if row is None:
            words = f"no approval by the {step.post} counts"
            out.miss("approval_missing", began.subject, words, step.clause, began.entry)
        elif (day := london_day_of(row["occurred_at"])) > began.day:
            words = f"the {step.post} approved on {day}, after it began on {began.day}"
            out.miss("approval_late", began.subject, words, step.clause, row["seq"], began.entry)
        else:
            out.show(row["seq"], _proof(row))


def _counts(case: Case, row: Row, step: ApprovalStep, request: Row) -> bool:
    scopes = (None, request["account"], request["team"])
    return (
        row["post"] in step.posts
        and row["person"] not in (request["requester"], request["person"])
        and case.holds(row["person"], row["post"], london_day_of(row["occurred_at"]), scopes)
    )


def _proof(row: Row) -> str:
    if row["recorded_by"] == row["person"]:
        return evidence.PROVEN
    return evidence.DOCUMENT if row["evidence"] else evidence.STATEMENT


APPROVAL_CHAIN = Kind(ApprovalChain, _approval_chain, assess, once=True, acts=True)
