"""R: registration and approval, the register's own lines."""

from __future__ import annotations

import dataclasses

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    access_approved,
    account,
    approved,
    at,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    post,
    record,
    status,
)
from tests.policies.sixth import SHIPPED
from tests.world import World
from vault.domain import before
from vault.domain.compliance import Mail
from vault.domain.decisions import Refusal
from vault.domain.kinds.registered_email import RegisteredEmail, problem
from vault.errors import NotFound, UsageProblem
from vault.ops import accounts, approvals, deposits, devices, requests, secrets
from vault.ops.accounts import Channel, Facts
from vault.ops.compliance import mail_of
from vault.ops.platforms import handle

NS_CHAIN = ("line_manager", "head_of_department", "digital_media_lead")


@pytest.mark.parametrize(
    ("document", "custody", "approval"),
    [("norfolk_suffolk", "NS-9.8", "NS-9.2"), ("west_midlands", "WM-3.8", "WM-3.2")],
)
def test_r1_imported_without_any_paper(force: Force, document: str, custody: str, approval: str) -> None:
    """It is taken into the register and into custody; the approval is not evidenced, the import never refused."""
    world = force(document)
    old = account(world, "x/OldAccount")
    assert status(world, custody) == "met"
    assert (status(world, approval), kinds(world, approval, old)) == (
        "not evidenced",
        ["account_without_approval"],
    )


@pytest.mark.parametrize(
    ("created", "kind", "found"),
    [
        ("2016-12-31", [], "met"),
        ("2017-01-01", ["owner_not_allowed"], "not met"),
        (None, ["created_unknown"], "not evidenced"),
    ],
)
def test_r2_individual_by_day_of_creation(
    ns: World, created: str | None, kind: list[str], found: str
) -> None:
    """Of the last day of 2016 it stays, of the first day of 2017 it is a breach, of no known day it is flagged."""
    day = {"created_on": created} if created else {}
    account(ns, "x/PcStone", owner_kind="individual", **day)
    assert kinds(ns, "NS-9.5b") == kind
    assert status(ns, "NS-9.5c" if created == "2016-12-31" else "NS-9.5b") == found


def test_r3_an_old_individual_account_opened_anew(ns: World) -> None:
    """Opening one again is opening a new one: refused under its clause, with every approval."""
    who = chain(ns, *NS_CHAIN)
    request = approved(ns, "x/PcStone", who, asker=ns.person("Asker", "4000"), owner_kind="individual")
    with pytest.raises(Refusal) as refused:
        requests.open_account(ns.vault, request=request, facts=Facts())
    assert refused.value.clause == "NS-9.5b"
    assert not ns.vault.state.find("account")


def test_r4_approvals_out_of_order(ns: World) -> None:
    """The Digital Media Lead before the others does not count; and what was approved too late stays a breach."""
    who, asker = chain(ns, *NS_CHAIN), ns.person("Asker", "4000")
    request = approved(ns, "x/Rural", dict(reversed(who.items())), asker=asker)
    with pytest.raises(Refusal) as refused:
        requests.open_account(ns.vault, request=request, facts=Facts())
    assert (refused.value.clause, ns.vault.state.find("account")) == ("NS-9.5a", [])
    again = approved(ns, "x/Rural", who, asker=asker)
    opened = requests.open_account(ns.vault, request=again, facts=Facts(created_on="2026-10-01")).id
    assert kinds(ns, "NS-9.2", opened) == ["approval_late"] * 2
    assert status(ns, "NS-9.2") == "not met"


def test_r5_nobody_counts_twice_or_for_themselves(ns: World) -> None:
    """The applicant's own approval, one person's second, and one by somebody out of post do not count."""
    from tests.policies.edges.given import post

    who, asker = chain(ns, *NS_CHAIN), in_post(ns, "line_manager", "4000")
    own = approved(ns, "x/One", {"line_manager": asker}, asker=asker)
    post(ns, who["line_manager"], "head_of_department")
    both = approved(
        ns,
        "x/Two",
        {"line_manager": who["line_manager"], "head_of_department": who["line_manager"]},
        asker=asker,
    )
    gone = ns.person("Gone", "4001")
    post(ns, gone, "line_manager", until="2026-06-30")
    late = approved(ns, "x/Three", {"line_manager": gone}, asker=asker)
    found = {one.id: one for one in requests.list_requests(ns.vault, ns.vault.state)}
    assert found[own].not_counted[0].endswith("the requester cannot approve")
    assert len(found[both].approvals) == 1
    assert found[both].not_counted[0].endswith("the person had approved under another post")
    assert found[late].not_counted[0].endswith("the person did not hold the post on that day")


def test_r5_what_counted_counts_on(ns: World) -> None:
    """A post that is recorded later makes an earlier approval good from then on, and takes nothing from another."""
    boss, asker = ns.person("Boss", "3000"), ns.person("Asker", "4000")
    post(ns, boss, "head_of_department")
    asked = approved(ns, "x/Rural", {"line_manager": boss, "head_of_department": boss}, asker=asker)

    def counted() -> list[str]:
        row = ns.vault.state.find("request", id=asked)[0]
        said = approvals.standing(ns.vault.state, ns.vault.profile, row, {"aims": "a", "purpose": "b"})
        assert said is not None
        return [step.post for step in said.given]

    assert counted() == ["head_of_department"]
    post(ns, boss, "line_manager")
    assert counted() == ["head_of_department"], (
        "one person for two steps: the later is the one that does not count"
    )
    other, lead = in_post(ns, "line_manager", "3001"), ns.person("Lead", "3002")
    approvals.decide(ns.vault, request=asked, post="digital_media_lead", person=lead)
    approvals.decide(ns.vault, request=asked, post="line_manager", person=other)
    assert counted() == ["head_of_department", "line_manager"]
    post(ns, lead, "digital_media_lead")
    assert counted() == ["head_of_department", "line_manager", "digital_media_lead"]


def test_r6_an_approver_was_not_in_post(ns: World) -> None:
    """The post is corrected by a new entry: the approval counts no more, the account stays and is in doubt."""
    who = chain(ns, *NS_CHAIN)
    request = approved(ns, "x/Rural", who, asker=ns.person("Asker", "4000"))
    opened = requests.open_account(ns.vault, request=request, facts=Facts()).id
    assert kinds(ns, "NS-9.2", opened) == []
    with ns.vault.change() as tx:
        tx.emit("post.ended", who["head_of_department"], post="head_of_department", until="2026-03-01")
    (gap,) = gaps(ns, "NS-9.2", opened)
    assert (gap.kind, gap.status) == ("approval_missing", "not met")
    assert ns.vault.state.find("account", id=opened, state="open")


def test_r7_a_platform_outside_the_list(ns: World) -> None:
    """A trial that the Digital Media Lead approved; one that no rule covers waits for a decision, which has its end."""
    who = chain(ns, *NS_CHAIN, "deputy_chief_constable")
    chief = who.pop("deputy_chief_constable")
    request = approved(ns, "tiktok/ruralteam", who, asker=ns.person("Asker", "4000"))
    record(ns, "request.not_covered", request)
    with pytest.raises(Refusal) as caught:
        requests.open_account(ns.vault, request=request, facts=Facts())
    assert caught.value.clause == "NS-3.4b"
    agreed = {"person": chief, "post": "deputy_chief_constable", "until": "2026-11-20"}
    record(ns, "agreed.deputy_chief_constables", request, **agreed)
    opened = requests.open_account(ns.vault, request=request, facts=Facts())
    assert [one.clause for one in opened.findings] == ["NS-3.4a"]
    assert status(ns, "NS-3.4b") == "met"
    ns.clock.forward(days=30)
    assert "ran out on 2026-11-20" in gaps(ns, "NS-3.4b")[0].words


def test_r8_a_facility_has_its_own_approvals(force: Force) -> None:
    """Live video on an approved account: two agreements before it in the one document, one in the other."""
    for document, clause, bodies in (
        ("norfolk_suffolk", "NS-3.3b", ("corporate_communications", "head_of_department")),
        ("west_midlands", "WM-4.24", ("corporate_communications",)),
    ):
        world = force(document)
        page, posts = account(world, "x/Page"), chain(world, *bodies)
        record(world, "facility.live_video", page)
        assert kinds(world, clause) == ["step_missing"] * len(bodies)
        second = account(world, "x/Other")
        for body, person in posts.items():
            record(world, f"agreed.{body}", second, person=person, post=body)
        record(world, "facility.live_video", second)
        assert kinds(world, clause, second) == []


def test_r9_a_team_asks_for_facebook(wm: World) -> None:
    """No team and no individual gets one; a local policing unit may, and everything there is approved centrally."""
    asker = wm.person("Asker", "4000")
    said = {}
    for n, owner in enumerate(("team", "individual", "local_policing_unit")):
        made = requests.request_account(
            wm.vault, name=f"facebook/Page{n}", owner_kind=owner, requester=asker, aims="a", purpose="p"
        )
        said[owner] = [one.clause for one in made.findings if "opened on this platform" in one.text]
    assert said == {"team": ["WM-3.3b"], "individual": ["WM-3.3b"], "local_policing_unit": []}
    chain_of = SHIPPED["west_midlands"].rule("approval_chain").for_owner("local_policing_unit")  # type: ignore[union-attr]
    assert chain_of.steps[-1].post == "corporate_communications"
    unit = account(wm, "facebook/Unit", owner_kind="team")
    assert kinds(wm, "WM-3.3b", unit) == ["owner_barred"]


@pytest.mark.parametrize(
    ("document", "platform", "clause"),
    [("northamptonshire", "instagram", "NP-2.6a"), ("avon_somerset", "flickr", "AS-4.FL")],
)
def test_r10_one_account_and_no_second(force: Force, document: str, platform: str, clause: str) -> None:
    """The first is fine, the second too many; a closed one does not count."""
    world = force(document)
    names = {"instagram": ("one", "two"), "flickr": ("photos/one", "photos/two")}[platform]
    first = account(world, f"{platform}/{names[0].split('/')[-1]}", owner_kind="main")
    many = "too_many_accounts"
    assert many not in kinds(world, clause)
    second = account(world, f"{platform}/{names[1].split('/')[-1]}", owner_kind="main")
    assert [gap.subject for gap in gaps(world, clause) if gap.kind == many] == [second]
    accounts.close(world.vault, account=first, consulted=None, existing=True)
    assert many not in kinds(world, clause)
    opening = _second(world, document, f"{platform}/{names[0].split('/')[-1]}x")
    if platform == "flickr":  # the document states it as a fact
        opened = requests.open_account(world.vault, request=opening, facts=Facts())
        assert clause in [one.clause for one in opened.findings]
        return
    with pytest.raises(Refusal, match="2 accounts where at most 1") as refused:
        requests.open_account(world.vault, request=opening, facts=Facts())
    assert (refused.value.clause, "keyholder account close" in refused.value.hint) == (clause, True)
    accounts.close(world.vault, account=second, consulted=None, existing=True)
    assert requests.open_account(world.vault, request=opening, facts=Facts()).id


def _second(world: World, document: str, name: str) -> str:
    """An approved request for one account more."""
    posts = {"northamptonshire": "corporate_communications", "avon_somerset": "head_of_eservices"}
    asker = world.person("Asker", "4000")
    says = {"position": "officer"} if document == "northamptonshire" else {}
    return approved(world, name, chain(world, posts[document]), asker=asker, owner_kind="main", **says)


def test_r11_one_account_in_many_spellings(ns: World) -> None:
    """At sign, capitals, addresses: one account; the same handle elsewhere is another one."""
    first = account(ns, "x/NorfolkPolice")
    for text in (
        "x/@norfolkpolice",
        "https://www.x.com/NorfolkPolice/",
        "https://m.twitter.com/NORFOLKPOLICE",
    ):
        assert handle(text).full_key == handle("x/NorfolkPolice").full_key
        with pytest.raises(UsageProblem, match=first):
            account(ns, text)
    assert account(ns, "instagram/norfolkpolice") != first


ADDRESSES = {
    "right": ("pc@west-midlands.pnn.police.uk", True),
    "capitals": ("PC@West-Midlands.PNN.police.uk", True),
    "plus": ("pc+x@west-midlands.pnn.police.uk", True),
    "subdomain": ("pc@mail.west-midlands.pnn.police.uk", False),
    "parent": ("pc@pnn.police.uk", False),
    "lookalike": ("pc@west-midlands.pnn.police.uk.example.com", False),
    "two at signs": ("pc@west-midlands.pnn.police.uk@example.com", False),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_r12_the_domain_is_exact(name: str) -> None:
    """Only the domain of the list: no parent, no part, no lookalike."""
    address, right = ADDRESSES[name]
    rule = SHIPPED["west_midlands"].rules("registered_email")[0]
    assert isinstance(rule, RegisteredEmail)
    entered = dataclasses.replace(rule, domains=("west-midlands.pnn.police.uk",))
    mail = mail_of(address.casefold(), {address.casefold()})
    assert (problem(entered, {"acc-1": mail}, "acc-1") == ("", "")) is right


def test_r12_a_persons_address_or_a_departments(av: World, wm: World) -> None:
    """One document wants a department's mailbox, the other a person's address; without domains neither can judge."""
    rules = {name: SHIPPED[name].rules("registered_email")[0] for name in ("avon_somerset", "west_midlands")}
    assert {name: getattr(rule, "whose", "") for name, rule in rules.items()} == {
        "avon_somerset": "department",
        "west_midlands": "person",
    }
    own = mail_of("ada@norfolk.example", {"ada@norfolk.example"})
    words, _ = problem(
        dataclasses.replace(rules["avon_somerset"], domains=("norfolk.example",)),  # type: ignore[arg-type]
        {"acc-1": own},
        "acc-1",
    )
    assert "department" in words
    account(wm, "x/Unit", email="ada@norfolk.example")
    assert status(wm, "WM-3.10") == "decision needed"
    entered = dataclasses.replace(rules["west_midlands"], domains=("force.example",))  # type: ignore[call-arg]
    clause = dataclasses.replace(SHIPPED["west_midlands"].clauses["WM-3.10"], rule=entered)
    clauses = {**SHIPPED["west_midlands"].clauses, "WM-3.10": clause}
    whole = dataclasses.replace(SHIPPED["west_midlands"], clauses=clauses)
    row = before.opened({"id": "req-1", "platform": "x", "team": None}, today="2026-11-01", owner_kind="main")
    for document, domain, refuses in (
        (whole, "norfolk.example", True),
        (whole, "force.example", False),
        (SHIPPED["west_midlands"], "norfolk.example", False),
    ):
        act = before.Act(what=before.OPEN, account=row, mails={before.NEW: Mail(domain, persons=True)})
        found = before.unmet(wm.vault.state, document, act, now=at("2026-11-01"))
        assert ("WM-3.10" in [one.clause for one in found if one.must]) is refuses
    unit = account(av, "facebook/Unit")
    record(av, "use.open_source", unit)
    assert status(av, "AS-A1.h") == "decision needed"


def test_r13_a_force_address_on_a_personal_account(ns: World) -> None:
    """Found, it is a breach on record."""
    assert status(ns, "NS-13.20") == "not applicable"
    record(ns, "force_address.personal_account", ns.person("Bob Stone", "2001"))
    assert (status(ns, "NS-13.20"), kinds(ns, "NS-13.20")) == ("not met", ["event_not_allowed"])


def test_r14_ways_back_in_through_private_things(ns: World) -> None:
    """A recovery phone that is somebody's own is on record, and losing it makes the account owed."""
    bob, page = ns.person("Bob Stone", "2001"), account(ns, "x/NorfolkPolice")
    phone = devices.add(ns.vault, nickname="bob's own", owner="2001", kind="phone", ownership="personal")
    channel = Channel(channel="recovery_phone", kind="sms", address="07700 900123", device=phone, person=bob)
    accounts.change_account(ns.vault, account=page, facts=Facts(), channels=(channel,))
    assert ns.vault.names.details("account", page)["recovery_phone"] == "07700 900123"
    devices.lose(ns.vault, "bob's own")
    assert [(row["account"], row["class"]) for row in ns.vault.state.find("obligation")] == [(page, 1)]


def test_r15_no_known_password(ns: World) -> None:
    """Registered as it is: an open breach of custody, and no empty secret is ever stored or shown."""
    channel = account(ns, "youtube/@unknown", password=None)
    assert kinds(ns, "NS-9.8", channel) == ["account_without_secret"]
    with pytest.raises(UsageProblem, match="nothing was given"):
        deposits.deposit(ns.vault, account=channel, parts={})
    with pytest.raises(NotFound, match="nothing is stored"):
        secrets.reveal(ns.vault, account=channel)
    ns.deposit(channel, password="now known")
    assert kinds(ns, "NS-9.8", channel) == []


def test_r16_a_spoof_is_no_line_of_the_register(ns: World) -> None:
    """Found: on record and no account; set up by one of the force's own: a finding."""
    record(ns, "spoof.found")
    assert (status(ns, "NS-10.2i"), ns.vault.state.find("account")) == ("not applicable", [])
    record(ns, "spoof.set_up")
    assert (kinds(ns, "NS-10.2i"), ns.vault.state.find("account")) == (["event_not_allowed"], [])
    record(ns, "own_account.used")
    assert kinds(ns, "NS-9.7") == ["event_not_allowed"]


def test_r24_access_to_an_existing_account(np: World) -> None:
    """The same track as for a new account, also for the tenth member."""
    from vault.ops import grants

    page, bob = account(np, "facebook/Page"), np.person("Bob Stone", "2001")
    for n in range(9):
        grant(np, page, np.person(f"Holder {n}", f"21{n:02}"))
    with pytest.raises(Refusal) as refused:
        grants.give(np.vault, account=page, person=bob, kind="secret")
    assert refused.value.clause == "NP-2.1.0"
    access_approved(np, page, bob, chain(np, "corporate_communications"), position="beat officer")
    with pytest.raises(Refusal) as untrained:
        grants.give(np.vault, account=page, person=bob, kind="secret")
    assert untrained.value.clause == "NP-2.1.3b", "guidance is read for it, too"
    assert "keyholder record add ack.channel_guidance --about person 2001" in untrained.value.hint
    record(np, "ack.channel_guidance", bob, platform="facebook")
    given = grants.give(np.vault, account=page, person=bob, kind="secret")
    assert np.vault.state.find("grant_", id=given.id, revoked=None)
    assert gaps(np, "NP-2.1.3b", bob) == []
