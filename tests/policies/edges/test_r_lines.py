"""R, continued: what is asked at registration, who asks, and what a line of the register keeps."""

from __future__ import annotations

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    access_approved,
    account,
    approved,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    log,
    record,
    status,
    verdict,
)
from tests.policies.sixth import SHIPPED
from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import UsageProblem
from vault.ops import accounts, approvals, grants, requests
from vault.ops.accounts import Facts

NS_CHAIN = ("line_manager", "head_of_department", "digital_media_lead")
SAYS = {
    "west_midlands": ("criteria", "responsibilities", "guidance", "benefit"),
    "northamptonshire": ("position",),
}


def test_r17_once_somebodys_private_account(wm: World) -> None:
    """It is asked of a new account whether it was ever private: said at its opening; that it was is not met."""
    who = chain(wm, "line_manager", "corporate_communications")
    says = dict.fromkeys(SAYS["west_midlands"], "said")
    request = approved(wm, "x/Unit", who, asker=wm.person("Asker", "4000"), **says)
    done = requests.open_account(wm.vault, request=request, facts=Facts())
    opened = done.id
    assert "WM-4.23b" in [one.clause for one in done.findings], "a SHOULD: said, not refused"
    assert (status(wm, "WM-4.23b"), kinds(wm, "WM-4.23b", opened)) == ("not evidenced", ["record_missing"])
    record(wm, "never.personal", opened, good=False)
    assert status(wm, "WM-4.23b") == "not met"
    record(wm, "never.personal", opened)
    assert status(wm, "WM-4.23b") == "met"


def test_r18_a_covert_account_leaves_no_trace(ns: World) -> None:
    """There is no such owner in the register: refused before anything is written, and nothing of it is in the log."""
    before = log(ns)
    with pytest.raises(UsageProblem):
        requests.request_account(
            ns.vault, name="x/secretname", owner_kind="covert", requester=ns.ada, aims="a"
        )
    assert log(ns) == before


def test_r19_a_special_case_needs_its_evidence(av: World) -> None:
    """Without the proven evidence it is not opened; afterwards guardian and guidance are asked for."""
    who, asker = chain(av, "head_of_eservices"), av.person("Asker", "4000")
    request = approved(av, "facebook/Issue", who, asker=asker, owner_kind="main")
    with pytest.raises(Refusal) as refused:
        requests.open_account(av.vault, request=request, facts=Facts(type="local"))
    assert refused.value.clause == "AS-3.f1"
    record(av, "evidence.only_a_local_account_works", request)
    opened = requests.open_account(av.vault, request=request, facts=Facts(type="local")).id
    bob = av.person("Bob Stone", "2001")
    access_approved(av, opened, bob, who)
    with pytest.raises(Refusal, match="no record guidance") as untold:
        grants.give(av.vault, account=opened, person=bob, kind="secret")
    assert untold.value.clause == "AS-3.f3"
    grant(av, opened, bob)
    assert kinds(av, "AS-3.f2", opened) == ["account_without_secret"]
    assert kinds(av, "AS-3.f3", bob) == ["record_missing"]
    av.deposit(opened, password="first one")
    record(av, "guidance.given", bob)
    assert (status(av, "AS-3.f2"), status(av, "AS-3.f3")) == ("met", "met")
    grants.revoke(av.vault, account=opened, person=bob, reason="mistake")
    assert grants.give(av.vault, account=opened, person=bob, kind="secret").id, "now it is given"


def test_r20_a_refusal_has_its_reason(np: World) -> None:
    """Without its reason it is refused, then the applicant is told; a later request stands beside the refused one."""
    lead, asker = in_post(np, "corporate_communications", "3000"), np.person("Asker", "4000")
    refused = requests.request_account(
        np.vault, name="x/PcStone", owner_kind="individual", requester=asker
    ).id
    said = {"request": refused, "post": "corporate_communications", "person": lead, "given": False}
    with pytest.raises(Refusal) as caught:
        approvals.decide(np.vault, **said)
    assert caught.value.clause == "NP-2.1.4b"
    assert caught.value.hint == f"keyholder record add reason.given --about request {refused}"
    assert np.vault.state.find("approval", request=refused) == []
    record(np, "reason.given", refused)
    approvals.decide(np.vault, **said)
    assert kinds(np, "NP-2.1.4b", refused) == ["step_missing"]
    record(np, "told.applicant", refused)
    assert status(np, "NP-2.1.4b") == "met"
    again = approved(
        np,
        "x/PcStone",
        {"corporate_communications": lead},
        asker=asker,
        owner_kind="individual",
        position="beat officer",
    )
    requests.open_account(np.vault, request=again, facts=Facts())
    states = {one.id: one.state for one in requests.list_requests(np.vault, np.vault.state)}
    assert states == {refused: "refused", again: "opened"}


@pytest.mark.parametrize("document", SAYS)
def test_r21_incomplete_at_first(force: Force, document: str) -> None:
    """What the document asks a request to say is missing at first: nothing is opened until a request says it all."""
    world = force(document)
    rule = SHIPPED[document].rule("approval_chain")
    who = chain(world, *(step.post for step in rule.steps))  # type: ignore[union-attr]
    asker = world.person("Asker", "4000")
    bare = approved(world, "x/Unit", who, asker=asker, owner_kind="main")
    state = {one.id: one.state for one in requests.list_requests(world.vault, world.vault.state)}[bare]
    assert state == "does not say: " + ", ".join(f for f in rule.fields if f in SAYS[document])  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="does not say"):
        requests.open_account(world.vault, request=bare, facts=Facts())
    with pytest.raises(UsageProblem, match="does not ask for"):
        approved(world, "x/Unit", {}, asker=asker, owner_kind="main", nonsense="words")
    full = approved(
        world, "x/Unit", who, asker=asker, owner_kind="main", **dict.fromkeys(SAYS[document], "said")
    )
    assert requests.open_account(world.vault, request=full, facts=Facts()).id.startswith("acc-")


def test_r21_access_says_as_much(np: World) -> None:
    """A request for access is asked for the same, and sealed: no word of it is in the log."""
    page, bob = account(np, "facebook/Page"), np.person("Bob Stone", "2001")
    words = {"aims": "cover", "purpose": "nights", "fields": {"position": "zq inspector"}}
    made = requests.request_access(np.vault, account=page, person=bob, kind="secret", requester=bob, **words)  # type: ignore[arg-type]
    assert np.vault.names.details("request", made.id)["position"] == "zq inspector"
    assert b"zq inspector" not in log(np)


def test_r22_specials_volunteers_and_cadets(force: Force) -> None:
    """One document names its types of people and lists others as not among them; another names none."""
    np, ns = force("northamptonshire"), force("norfolk_suffolk")
    page = account(np, "x/Unit")
    people = {kind: np.person(kind.title(), f"20{n}0") for n, kind in enumerate(("cadet", "contractor", ""))}
    for kind, person in people.items():
        grant(np, page, person)
        if kind:
            record(np, f"person_type.{kind}", person)
    assert {gap.subject: gap.status for gap in gaps(np, "NP-1.1")} == {
        people["contractor"]: "not met",
        people[""]: "not evidenced",
    }
    assert not any(clause.kind == "may_hold" for clause in ns.vault.profile.clauses.values())


def test_r23_the_mailbox_of_the_force(ns: World) -> None:
    """Of two forces under one document, the account's own decides whose mailbox is told first."""
    told = {}
    for force_code in ("norfolk", "suffolk"):
        id_ = account(ns, f"x/{force_code}team", force=force_code)
        changed = accounts.change_account(ns.vault, account=id_, facts=Facts(), rename=f"x/{force_code}crew")
        told[force_code] = next(one.mailbox for one in changed if one.mailbox)
    assert told == {
        "norfolk": "webteam@norfolk.pnn.police.uk",
        "suffolk": "webteam@suffolk.pnn.police.uk",
    }


def test_r25_a_wrong_crest_does_not_block_custody(np: World) -> None:
    """The checklist is open, and the login lies in the vault all the same."""
    id_ = account(np, "x/Unit")
    record(np, "recognisable.crest", id_, good=False)
    crest = [gap.status for gap in gaps(np, "NP-2.2b", id_) if "crest" in gap.words]
    assert (crest, kinds(np, "NP-2.1.6c", id_)) == (["not met"], [])
    assert verdict(np, "NP-2.1.6c").proven


def test_r26_who_is_to_have_it_does_not_approve_it(ns: World) -> None:
    """Neither who asks nor who is to have the access counts as an approver, whoever records it."""
    page, boss = account(ns, "x/Rural"), in_post(ns, "line_manager", "3000")
    words = {"aims": "cover", "purpose": "nights"}
    asked = requests.request_access(
        ns.vault, account=page, person=boss, kind="secret", requester=ns.person("Asker", "4000"), **words
    ).id
    done = approvals.decide(ns.vault, request=asked, post="line_manager", person=boss, evidence={"text": "m"})
    assert (done.counts, done.why_not) == (False, "who is to have the access cannot approve it")


def test_r27_a_platform_that_has_closed(ns: World) -> None:
    """No account is opened there; one that was there keeps its line, and a new name keeps the old one."""
    who = chain(ns, *NS_CHAIN)
    gone = approved(ns, "googleplus/+RuralTeam", who, asker=ns.person("Asker", "4000"))
    with pytest.raises(Refusal, match="platform has closed"):
        requests.open_account(ns.vault, request=gone, facts=Facts())
    old = account(ns, "googleplus/+NorfolkPolice", password=None)
    accounts.change_account(ns.vault, account=old, facts=Facts(), rename="googleplus/+Norfolk")
    assert ns.vault.names.details("account", old)["former"] == ["googleplus/+NorfolkPolice"]
    assert account(ns, "https://twitter.com/OldName").startswith("acc-")
    assert ns.vault.names.find("account", "x/oldname")
