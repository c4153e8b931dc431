"""P: the documents as data, and the report of what they ask."""

from __future__ import annotations

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import account, grant, in_post, post, record, status, verdict
from tests.policies.sixth import SHIPPED, TEXT, load
from tests.world import World
from vault.domain import compliance as rules
from vault.domain.policy import Strength
from vault.errors import UsageProblem
from vault.ops import approvals, compliance, grants, past, requests
from vault.ops.accounts import Facts, change_account

ALL = ("avon_somerset", "norfolk_suffolk", "northamptonshire", "west_midlands")


@pytest.mark.parametrize("document", SHIPPED)
def test_p1_silence_is_not_compliance(document: str) -> None:
    """A kind of rule that the document has none of is not addressed, and no verdict says that it is met."""
    silent = rules.silent(SHIPPED[document])
    assert silent
    assert not {clause.kind for clause in SHIPPED[document].clauses.values()} & set(silent)


def test_p2_six_statuses_and_no_other(force: Force) -> None:
    """Every clause has exactly one; over the documents each of them occurs."""
    found = set()
    for document in ALL:
        world = force(document)
        page = account(world, "x/Unit", email="ada@norfolk.example")
        grant(world, page, world.ada)
        checked = compliance.check(world.vault).verdicts
        assert {one.clause for one in checked} >= set(world.vault.profile.clauses)
        found |= {str(one.status) for one in checked}
    assert found == {
        "met",
        "not met",
        "not evidenced",
        "not applicable",
        "not assessable by the vault",
        "decision needed",
    }


def test_p3_what_a_shortfall_weighs(wm: World) -> None:
    """MUST is a breach, SHOULD advisory, MAY nothing, FACT a note."""
    account(wm, "x/Unit", password=None)
    weights = {}
    for one in compliance.check(wm.vault).verdicts:
        if one.document == "west_midlands":
            weights.setdefault(one.strength, set()).add(str(one.weight))
    assert weights == {
        Strength.MUST: {"breach"},
        Strength.SHOULD: {"advisory"},
        Strength.MAY: {""},
        Strength.FACT: {"note"},
    }


@pytest.mark.parametrize("document", SHIPPED)
def test_p4_our_own_numbers_stand_apart(document: str) -> None:
    """Every number that the text does not give is a local one with its reason."""
    local = SHIPPED[document].local
    assert local
    assert all(value.why.strip() for value in local.values())


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('kind = "lost_device_chain"', 'kind = "lost_devise_chain"', "kind"),
        ("beyond_clause = false,", "beyond_clauses = false,", "beyond_clause"),
        ('strength = "FACT"', 'strength = "FAKT"', "strength"),
    ],
)
def test_p5_a_typing_error(right: str, wrong: str, said: str) -> None:
    """Refused with the file, the line and the key; nothing is assumed in its place."""
    line = TEXT[: TEXT.index(right)].count("\n") + 1
    with pytest.raises(UsageProblem) as refused:
        load(TEXT.replace(right, wrong, 1))
    assert "p.toml" in str(refused.value) and said in str(refused.value)
    numbers = [int(part) for part in str(refused.value).replace(":", " ").split() if part.isdigit()]
    assert any(abs(number - line) <= 3 for number in numbers), str(refused.value)


def test_p6_two_documents_of_one_force(wm: World) -> None:
    """The guidance is judged beside the policy, and what it misses is guidance, never a breach."""
    page = account(wm, "facebook/Unit", owner_kind="local_policing_unit")
    record(wm, "form.group", page)
    found = verdict(wm, "WF-T1")
    assert (str(found.status), found.weight, found.breach) == ("not met", "guidance", False)
    assert {
        one.weight for one in compliance.check(wm.vault).verdicts if one.document.endswith("facebook")
    } <= {
        "guidance",
        "",
    }


@pytest.mark.parametrize(
    ("document", "clause", "found"),
    [
        ("west_midlands", "WM-12.3/12.4", "not met"),
        ("northamptonshire", "NP-8", "not met"),
        ("norfolk_suffolk", "NS-0.a", "not evidenced"),
    ],
)
def test_p7_the_documents_own_review(force: Force, document: str, clause: str, found: str) -> None:
    """Overdue by the cover or by the months after it took effect; a blank cover is not evidenced."""
    assert status(force(document), clause) == found


def test_p8_stable_keys() -> None:
    """Where the printed numbers are missing or doubled, a key is one clause's and its place tells them apart."""
    for profile in SHIPPED.values():
        places = [clause.where for clause in profile.clauses.values()]
        assert all(place.strip() for place in places)
    keys = [key for profile in SHIPPED.values() for key in profile.clauses]
    assert len(keys) == len(set(keys))
    assert sum(not c.sub_of for profile in SHIPPED.values() for c in profile.clauses.values()) == 241


def test_p9_contradictions_stay_visible(ns: World) -> None:
    """A contradiction is a decision with the reading chosen and the clauses that it concerns, not confirmed."""
    who = ns.vault.profile.decisions["I1"]
    assert len(who.clauses) >= 2 and who.reading and not who.confirmed
    for clause in who.clauses:
        assert "I1" in verdict(ns, clause).decisions


def test_p10_mailboxes_are_shown_and_nothing_is_sent(ns: World) -> None:
    """Who is to be told, at which mailbox of which clause: words for a person, never a mail sent by the vault."""
    page = account(ns, "x/Unit", force="norfolk")
    told = change_account(ns.vault, account=page, facts=Facts(), rename="x/Crew")
    assert {one.mailbox for one in told} >= {"webteam@norfolk.pnn.police.uk"}
    assert ns.vault.state.find("notice") == []


def test_p11_what_the_vault_cannot_see(wm: World) -> None:
    """Listed as such with its reason; where people acknowledge it, that is counted."""
    unseen = [one for one in compliance.check(wm.vault).verdicts if "not assessable" in str(one.status)]
    assert [one.why for one in unseen if one.kind == "stated"]
    assert all(one.why for one in unseen if one.kind == "stated")
    counted = [
        clause
        for profile in SHIPPED.values()
        for clause in profile.clauses.values()
        if getattr(clause.rule, "count", "")
    ]
    for clause in counted:
        assert clause.kind == "stated"


def test_p12_a_sixth_force_is_data(ns: World) -> None:
    """A document that no line of code knows is judged over a real register, clause by clause."""
    page = account(ns, "x/Unit", owner_kind="team")
    grant(ns, page, ns.ada)
    found = rules.assess(ns.vault.state, load(), now="2026-11-02T12:00:00Z")
    assert {one.clause for one in found} == {f"EL-{n}" for n in range(1, 7)}
    assert {one.clause: str(one.status) for one in found}["EL-1"] == "not evidenced"


def test_p13_one_person_two_forces(ns: World) -> None:
    """One line of the register, accounts of two forces: a post for one of them counts for that one alone."""
    pages = {code: account(ns, f"x/{code}team", force=code) for code in ("norfolk", "suffolk")}
    boss, bob, counts = ns.person("Boss", "3000"), ns.person("Bob Stone", "2001"), {}
    post(ns, boss, "line_manager", scope=pages["norfolk"])
    for code, page in pages.items():
        asked = requests.request_access(
            ns.vault, account=page, person=bob, kind="secret", requester=bob, aims="a", purpose="b"
        ).id
        counts[code] = approvals.decide(ns.vault, request=asked, post="line_manager", person=boss).counts
        grant(ns, page, bob)
    assert counts == {"norfolk": True, "suffolk": False}
    grants.revoke(ns.vault, account=pages["suffolk"], person=bob, reason="no_longer_needed")
    assert [row["account"] for row in ns.vault.state.find("grant_", person=bob, revoked=None)] == [
        pages["norfolk"]
    ]
    assert len(ns.vault.state.find("person")) == 3, "Ada, the boss and Bob"


def test_p14_as_it_was(ns: World) -> None:
    """The same point of the log gives the same report, whatever came afterwards."""
    page = account(ns, "x/Unit")
    size = ns.vault.follower.size
    before = [(one.clause, one.status, one.gaps) for one in compliance.check(ns.vault).verdicts]
    in_post(ns, "account_administrator", "2001")
    assert status(ns, "NS-10.2b") == "met"
    then = past.look_back(ns.vault, size - 1)
    assert [(one.clause, one.status, one.gaps) for one in compliance.check(then).verdicts] == before
    assert page in {gap.subject for _, _, found in before for gap in found}
    then.close()


def test_p15_titles_as_printed() -> None:
    """The documents' own titles stand in the profiles, and no reading of ours quotes an Act by a title."""
    assert all(profile.title.strip() for profile in SHIPPED.values())
    readings = [c.reading for profile in SHIPPED.values() for c in profile.clauses.values()]
    assert [words for words in readings if " Act 1" in words or " Act 2" in words] == []


def test_p16_kinds_of_evidence_stand_apart(ns: World) -> None:
    """One's own signed record is proven, a paper is a document, somebody else's words are a statement."""
    page, bob = account(ns, "x/Unit"), ns.person("Bob Stone", "2001")
    for person in (ns.ada, bob):
        grant(ns, page, person)
    record(ns, "ack.property_of_the_force", ns.ada)
    record(ns, "ack.property_of_the_force", bob, person=bob)
    found = verdict(ns, "NS-9.16a")
    assert (len(found.proven), len(found.attached), len(found.statements)) == (1, 0, 1)
