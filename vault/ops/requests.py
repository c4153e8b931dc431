"""Requests for accounts, and for access to one: asked, listed, and opened when the chain is complete.

What the approvals are worth is counted anew each time (`ops.approvals`), never stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain import before, gates
from vault.domain.approvals import Step, Tally
from vault.domain.decisions import Allowed, Decision, Denied
from vault.domain.events import CUSTODIAN, Register, Row
from vault.domain.handles import Handle
from vault.domain.ids import Prefix
from vault.domain.kinds.approval_chain import ApprovalChain
from vault.domain.policy import Profile
from vault.domain.requests import NEW_ACCOUNT
from vault.errors import NotFound, UsageProblem
from vault.ops import accounts
from vault.ops.accounts import Added, Facts
from vault.ops.approvals import request_row, standing
from vault.ops.asked import already, in_vain
from vault.ops.before import check as refuse_before
from vault.ops.before import mails
from vault.ops.platforms import handle, platforms
from vault.ops.usage import set_end
from vault.ops.worklist import need_register

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx
    from vault.store.register import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A request, who has approved it by which evidence, and who is next."""

    id: str
    name: str
    kind: str
    owner_kind: str
    requester: str
    person: str
    state: str
    approvals: tuple[str, ...]
    not_counted: tuple[str, ...]


def request_account(
    vault: Vault,
    *,
    name: str,
    owner_kind: str,
    requester: str,
    aims: str = "",
    purpose: str = "",
    fields: Mapping[str, str] | None = None,
    team: str | None = None,
) -> Added:
    """Ask for a new account. ``fields`` answer what else the document asks for, by its own names."""
    known, kind = handle(name), accounts.owner_kind(vault.profile, owner_kind)
    said = answers(vault.profile, {"aims": aims, "purpose": purpose, **(fields or {})})
    words = {"name": known.name, **said}
    with vault.change() as tx:
        earlier = accounts.refuse_duplicate(vault, known)
        asked = {"kind": NEW_ACCOUNT, "owner_kind": kind, "requester": requester, "team": team}
        same = already(vault, tx.state, words, **asked)
        id_ = tx.new(Prefix.REQUEST)
        tx.emit(
            "account.requested",
            id_,
            platform=known.platform,
            owner_kind=kind,
            requester=requester,
            team=team,
            fields=sorted(said) or None,
            details=tx.details("request", id_, words),
        )
        row = request_row(tx.state, id_)
        count = standing(tx.state, vault.profile, row, words)
        ahead = gates.may_open(vault.profile, _opening(row, None, tx.today))
    return Added(id_, known.name, (*known.warnings, *earlier), (*same, *_foreseen(ahead, count)))


def fields_of(profile: Profile) -> tuple[str, ...]:
    """What the document's chains ask a request to say; the channel is the platform itself."""
    chain = profile.rule(ApprovalChain)
    chains = (chain, *(variant.chain for variant in chain.variants)) if chain else ()
    asked = dict.fromkeys(field for one in chains for field in one.fields)
    return tuple(field for field in asked if field != "channel")


def answers(profile: Profile, given: Mapping[str, str]) -> dict[str, str]:
    """The fields that are answered; a name that the document does not ask for is a slip."""
    known = dict.fromkeys(("aims", "purpose", *fields_of(profile)))
    if unknown := [name for name in given if name not in known]:
        raise UsageProblem(
            f"the document does not ask for {unknown[0]}", hint=f"--field is one of: {', '.join(known)}"
        )
    return {name: text for name, text in given.items() if text.strip()}


def _foreseen(ahead: Decision, count: Tally | None) -> tuple[gates.Shortfall, ...]:
    """What will stand in the way, approvals apart: said when it is asked, not only when it is refused."""
    found = [gates.Shortfall(ahead.clause, ahead.reason)] if isinstance(ahead, Denied) else []
    if count is not None and count.missing_fields:
        words = ", ".join(count.missing_fields)
        found.append(gates.Shortfall(count.fields_clause, f"the request does not say: {words}"))
    return tuple(found)


def request_access(
    vault: Vault,
    *,
    account: str,
    person: str,
    kind: str,
    requester: str,
    aims: str = "",
    purpose: str = "",
    fields: Mapping[str, str] | None = None,
) -> Added:
    """Ask for somebody's access to an account that exists: the same track."""
    said = answers(vault.profile, {"aims": aims, "purpose": purpose, **(fields or {})})
    words = {"name": vault.names.details("account", account).get("name", account), **said}
    wanted = {"account": account, "person": person, "kind": kind}
    with vault.change() as tx:
        same = already(vault, tx.state, words, requester=requester, **wanted)
        id_ = tx.new(Prefix.REQUEST)
        tx.emit(
            "access.requested",
            id_,
            **wanted,
            requester=requester,
            fields=sorted(said) or None,
            details=tx.details("request", id_, words),
        )
        count = standing(tx.state, vault.profile, request_row(tx.state, id_), words)
        findings = (*same, *in_vain(tx.state, **wanted), *_foreseen(Allowed(), count))
    return Added(id_, str(words["name"]), (), findings)


def open_account(vault: Vault, *, request: str, facts: Facts) -> Added:
    """Set the account up, if the document allows it now; else the refusal is on the record with its clause."""
    vault.require_role(CUSTODIAN)
    words, profile = vault.names.details("request", request), vault.profile
    with vault.change() as tx:
        row = request_row(tx.state, request)
        if row["kind"] != NEW_ACCOUNT:
            raise UsageProblem(
                "this request is for access, not for a new account", hint="keyholder grant give …"
            )
        decision = _may_open(vault, tx.state, request, words, today=tx.today)
        accounts.enforce(decision, about=request)
        known = _handle_of(words)
        earlier = accounts.refuse_duplicate(vault, known)
        short = _before(vault, tx, row, facts)
        id_ = tx.new(Prefix.ACCOUNT)
        codes = {"team": row["team"], "created_on": tx.today, **facts.codes(profile)}
        codes = {key: value for key, value in codes.items() if value} | {"owner_kind": row["owner_kind"]}
        accounts.emit_account(
            tx, "account.opened", id_, known, codes=codes, words=facts.words(), request=request
        )
        set_end(tx, id_, facts)
    finding = decision.finding if isinstance(decision, Allowed) else ""
    first = (gates.Shortfall(decision.clause, finding),) if finding else ()
    return Added(id_, known.name, (*known.warnings, *earlier), (*first, *short))


def _before(vault: Vault, tx: Tx, request: Row, facts: Facts) -> tuple[gates.Shortfall, ...]:
    """What the document asks before such an account is opened; records of the request count."""
    codes = facts.codes(vault.profile)
    account = before.opened(
        request,
        today=codes.get("created_on", tx.today),
        owner_kind=request["owner_kind"],
        type=codes.get("type"),
        force=codes.get("force"),
    )
    term = facts.term(tx.today)
    act = before.Act(
        what=before.OPEN,
        account=account,
        term=before.ending(term) if term else None,
        mails=mails(vault, facts.email),
    )
    return refuse_before(vault, tx, act, action=gates.OPEN, about=request["id"])


def _handle_of(words: Mapping[str, Any]) -> Handle:
    if "name" not in words:
        raise NotFound(
            "what was asked for in this request has been erased", hint="ask anew: keyholder account request"
        )
    return handle(words["name"])


def _may_open(
    vault: Vault, state: Register, request: str, words: Mapping[str, Any], *, today: str
) -> Decision:
    row = request_row(state, request)
    count = standing(state, vault.profile, row, words)
    return gates.may_open(vault.profile, _opening(row, count, today))


def _opening(row: Row, count: Tally | None, today: str) -> gates.Opening:
    return gates.Opening(
        tally=count,
        platform=row["platform"],
        retired=platforms().by_code[row["platform"]].retired,
        owner_kind=row["owner_kind"],
        today=dt.date.fromisoformat(today),
    )


def list_requests(vault: Vault, state: State) -> list[Standing]:
    """Every request, the newest first."""
    need_register(vault)
    rows = sorted(state.find("request"), key=lambda row: -row["seq"])
    words, people = vault.names.many("request", state=state), vault.names.many("person", state=state)
    return [_shown(state, vault.profile, row, words.get(row["id"], {}), people) for row in rows]


def _shown(
    state: State,
    profile: Profile,
    row: Row,
    words: Mapping[str, Any],
    people: Mapping[str, Mapping[str, Any]],
) -> Standing:
    count = standing(state, profile, row, words)

    def name(person: str | None) -> str:
        return str(people.get(person or "", {}).get("name", person or ""))

    def line(step: Step) -> str:
        return f"{step.post.replace('_', ' ')}: {name(step.person)} ({step.evidence})"

    return Standing(
        id=row["id"],
        name=words.get("name", ""),
        kind=row["kind"],
        owner_kind=row["owner_kind"],
        requester=name(row["requester"]),
        person=name(row["person"]),
        state=_state(row, count),
        approvals=tuple(map(line, count.given)) if count is not None else (),
        not_counted=tuple(f"{line(i.step)}: {i.reason}" for i in count.ignored) if count is not None else (),
    )


def _state(row: Row, count: Tally | None) -> str:
    if row["state"] != "waiting":
        return str(row["state"])
    if count is None:
        return "no approval asked"
    if count:
        return "approved"
    if count.refused_by:
        return "refused"
    if count.missing:
        return "waits for " + ", ".join(post.replace("_", " ") for post in count.next_posts)
    return "does not say: " + ", ".join(count.missing_fields)
