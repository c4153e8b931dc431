"""Approvals of requests: who approved or refused is recorded, and what that is worth is counted.

An approver may have no keys: whoever saw the approval records it, with its evidence. Such an approval opens the gate
and is shown as a statement; one that the approver signed with their own keys is shown as proven by the log. What an
approval is worth is counted anew each time by `vault.domain.approvals`, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain import before, gates, grants
from vault.domain.approvals import Request, Step, Taken, Tally, in_order, tally
from vault.domain.calendar import london_day_of
from vault.domain.events import Register, Row
from vault.domain.kinds.approval_chain import ACCESS, ACCOUNT, ApprovalChain
from vault.domain.policy import Profile
from vault.domain.requests import NEW_ACCOUNT
from vault.errors import NotFound
from vault.ops.before import check as refuse_before
from vault.ops.secrets import account_row

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

LOG, STATEMENT = "log", "statement"


@dataclass(frozen=True, slots=True)
class Decided:
    """What recording an approval or a refusal has changed."""

    counts: bool
    why_not: str
    evidence: str
    next_posts: tuple[str, ...]
    complete: bool
    findings: tuple[gates.Shortfall, ...] = ()


def decide(
    vault: Vault,
    *,
    request: str,
    post: str,
    person: str | None = None,
    evidence: Mapping[str, str] | None = None,
    at: str | None = None,
    given: bool = True,
) -> Decided:
    """Record that somebody approved or refused; says whether that counts, and who is next."""
    words = vault.names.details("request", request)
    with vault.change() as tx:
        when = tx.at(at)
        short = _before_decision(vault, tx, request_row(tx.state, request), given=given, at=when)
        seq = tx.emit(
            "approval.given" if given else "approval.refused",
            request,
            post=post,
            person=person or vault.person,
            occurred_at=when,
            evidence=tx.details("evidence", request, evidence) if evidence else None,
        )
        row = request_row(tx.state, request)
        result = standing(tx.state, vault.profile, row, words)
        step = step_of(tx.state, row, tx.state.find("approval", seq=seq)[0])
    if result is None:
        return Decided(True, "", step.evidence, (), complete=True, findings=short)
    why = next((ignored.reason for ignored in result.ignored if ignored.step == step), "")
    return Decided(not why, why, step.evidence, result.next_posts, complete=bool(result), findings=short)


def _before_decision(
    vault: Vault, tx: Tx, request: Row, *, given: bool, at: str
) -> tuple[gates.Shortfall, ...]:
    """What the document asks of whoever is to have the access before somebody approves it; or before it is refused."""
    if request["kind"] == NEW_ACCOUNT:
        account = before.opened(request, today=tx.today, owner_kind=request["owner_kind"])
    else:
        account = account_row(tx, request["account"])
    act = before.Act(
        what=before.APPROVAL if given else before.REFUSAL,
        account=account,
        person=request["person"] or request["requester"],
        way=request["kind"] if request["kind"] in grants.KINDS else grants.SECRET,
        since=tx.today,
        at=at,
        request=request["id"],
    )
    action = "approval_give" if given else "approval_refuse"
    return refuse_before(vault, tx, act, action=action, about=request["id"])


def request_row(state: Register, request: str) -> Row:
    """The request, or `NotFound`."""
    row = state.get("request", id=request)
    if row is None:
        raise NotFound("there is no such request", hint="keyholder account requests")
    return row


def standing(state: Register, profile: Profile, row: Row, words: Mapping[str, Any]) -> Tally | None:
    """The count of a request's approvals; None where the document asks for none."""
    rule = profile.rule(ApprovalChain)
    chain = rule.for_owner(row["owner_kind"]) if rule else None
    if chain is None or (ACCOUNT if row["kind"] == NEW_ACCOUNT else ACCESS) not in chain.asked_for:
        return None
    # Where the words can be read they count; where they were erased, the log still says which were answered.
    answered = {name for name in chain.fields if words.get(name)} if words else set(row["fields"].split())
    said = {"channel", *answered}
    rows = {step["seq"]: step for step in state.find("approval", request=row["id"])}
    ordered = in_order(
        Taken(london_day_of(step["occurred_at"]), seq, _in_post(state, row, step))
        for seq, step in rows.items()
    )
    request = Request(row["requester"], frozenset(said), row["person"])
    return tally(request, [step_of(state, row, rows[taken.seq]) for taken in ordered], chain)


def step_of(state: Register, row: Row, approval: Row) -> Step:
    """One approval, with what the register knows of its giver on that day."""
    return Step(
        post=approval["post"],
        person=approval["person"],
        evidence=LOG if approval["recorded_by"] == approval["person"] else STATEMENT,
        holds_post=_in_post(state, row, approval) is not None,
        approved=bool(approval["given"]),
    )


def _in_post(state: Register, row: Row, approval: Row) -> int | None:
    """The entry that first said that its giver held the post on that day; None where none does."""
    day, scopes = london_day_of(approval["occurred_at"]), {None, row["account"], row["team"]}
    said = (
        post["seq"]
        for post in state.find("post", person=approval["person"], post=approval["post"])
        if post["scope"] in scopes
        and post["since"] <= day
        and (post["until"] is None or day <= post["until"])
    )
    return min(said, default=None)
