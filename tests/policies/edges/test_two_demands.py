"""Clauses that ask for two things: each demand is judged, neither hides the other, and the worse of both is said."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.policies.edges.given import account, gaps, grant, in_post, kinds, record, status, verdict
from tests.policies.sixth import SHIPPED
from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.kinds.explained import EXPLAINED
from vault.ops import approvals, compliance, deposits, grants, requests
from vault.ops.findings import all_findings

NOW = "2026-11-02T12:00:00Z"
HELD = ("checked.public_messages", "corporate_communications")
SUPERVISED = (("checked.accuracy", "line_manager"), ("checked.governance", "senior_leadership_team"))


def test_one_account_and_one_team_only(np: World) -> None:
    """The number is kept and somebody else has access; then the other way round; then both are right."""
    mine = account(np, "instagram/one", type="main")
    stranger = np.person("Bob Stone", "2001")
    assert status(np, "NP-2.6a") == "met"
    given = grant(np, mine, stranger)
    assert kinds(np, "NP-2.6a") == ["holder_not_allowed"]
    assert (status(np, "NP-2.6a"), verdict(np, "NP-2.6a").kind) == ("not met", "cap, may_hold")
    with np.vault.change() as tx:
        tx.emit("grant.revoked", given, until=tx.today, reason="moved")
    assert status(np, "NP-2.6a") == "met"
    second = account(np, "instagram/two", type="main")
    assert [(gap.kind, gap.subject) for gap in gaps(np, "NP-2.6a")] == [("too_many_accounts", second)]


def test_nobody_else_is_given_it(np: World) -> None:
    """A grant is refused by the clause whose first rule only counts accounts; the team's own is not."""
    mine = account(np, "instagram/one", type="main")
    lead, bob = in_post(np, "corporate_communications", "3000"), np.person("Bob Stone", "2001")
    for person in (bob, lead):
        record(np, "ack.channel_guidance", person, platform="instagram")
        asked = requests.request_access(
            np.vault,
            account=mine,
            person=person,
            kind="secret",
            requester=np.ada,
            purpose="duty",
            fields={"position": "officer"},
        ).id
        giver = lead if person == bob else in_post(np, "corporate_communications", "3001")
        approvals.decide(np.vault, request=asked, post="corporate_communications", person=giver)
    with pytest.raises(Refusal) as refused:
        grants.give(np.vault, account=mine, person=bob, kind="secret")
    assert refused.value.clause == "NP-2.6a"
    assert grants.give(np.vault, account=mine, person=lead, kind="secret").id


def test_three_checks_by_three_bodies(ns: World) -> None:
    """Each body's own check counts and nobody else's: what any of them could say before is asked of each."""
    page = account(ns, "x/Page")
    who = {post: in_post(ns, post, f"30{n}0") for n, (_, post) in enumerate((HELD, *SUPERVISED))}
    for code, _ in (HELD, *SUPERVISED):
        record(ns, code, page, person=who[HELD[1]], post=HELD[1])
    assert [gap.words for gap in gaps(ns, "NS-9.15", page)] == [f"no record {code}" for code, _ in SUPERVISED]
    for code, post in SUPERVISED:
        record(ns, code, page, person=who[post], post=post)
    assert status(ns, "NS-9.15") == "met"


def test_a_part_with_a_rule_of_its_own(ns: World) -> None:
    """Local reassurance in a major incident is agreed, whatever is said of the hold that the clause is part of."""
    lead, page = in_post(ns, "corporate_communications", "3000"), account(ns, "x/Unit")
    assert status(ns, "NS-6.6c") == "not applicable"
    record(ns, "incident.local_reassurance", page, on="2026-10-02")
    assert kinds(ns, "NS-6.6c", page) == ["step_missing"]
    assert kinds(ns, "NS-6.6b") == []
    record(ns, "agreed.corporate_communications", page, on="2026-10-01", person=lead)
    assert status(ns, "NS-6.6c") == "met"


@pytest.mark.parametrize("post", ["force_control_room_oscar_1", "force_control_room_ido"])
def test_both_posts_of_the_control_room(np: World, post: str) -> None:
    """Either stand-in has a seat in the tool and no other way."""
    main, person = account(np, "facebook/Main", type="main"), in_post(np, post, "3000")
    grant(np, main, person, "tool_seat", new=True)
    assert kinds(np, "NP-2.5b") == []
    grant(np, main, person, "platform_role", new=True)
    assert "stand_in_way" in kinds(np, "NP-2.5b", person)


def test_one_flickr_account_kept_and_dressed(av: World) -> None:
    """One account, its login stored by the team that maintains it, the set image attested: each by itself."""
    page = account(av, "flickr/one", None, owner_kind="main")
    assert status(av, "AS-4.FL") == "not met"
    first = kinds(av, "AS-4.FL", page)
    av.deposit(page, password="first one")
    record(av, "attestation.set_image", page)
    assert (sorted(first), status(av, "AS-4.FL")) == (["account_without_secret", "record_missing"], "met")


def test_lines_of_communication_at_all_times(av: World) -> None:
    """No incident, and the lines are asked for all the same: what is told in an incident is another demand."""
    page = account(av, "x/Command", type="incident")
    assert kinds(av, "AS-A1.m", page) == ["record_missing"]
    record(av, "communication_lines.in_place", page)
    assert status(av, "AS-A1.m") == "met"
    record(av, "incident.public", page)
    assert (kinds(av, "AS-A1.m", page), kinds(av, "AS-A1.m.2", page)) == ([], ["step_missing"])


def test_a_demand_that_binds_otherwise_is_judged_by_its_own_strength(av: World) -> None:
    """The lines must be there, the cooperation should be: a breach and an advice, each of its own words."""
    page = account(av, "x/Command", type="incident")
    record(av, "communication_lines.in_place", page, good=False)
    record(av, "incident.public", page)
    record(av, "told.corporate_communications", page, good=False)
    lines, together = verdict(av, "AS-A1.m"), verdict(av, "AS-A1.m.2")
    assert (lines.strength, lines.weight, lines.breach) == ("MUST", "breach", True)
    assert (together.strength, together.weight, together.breach) == ("SHOULD", "advisory", False)
    assert {gap.clause for gap in together.gaps} == {"AS-A1.m.2"}
    said = {key: compliance.explain(None, key) for key in ("AS-A1.m", "AS-A1.m.2")}
    assert "must be in place" in said["AS-A1.m"].reading and said["AS-A1.m"].kind == "record_required"
    assert "cooperation" in said["AS-A1.m.2"].reading and said["AS-A1.m.2"].kind == "on_event"
    assert said["AS-A1.m"].where == said["AS-A1.m.2"].where
    shown = {one.clause: one.decisions for one in compliance.check(av.vault).verdicts}
    assert shown["AS-4.TW6.2"] == ("I18",), "an open decision about the clause is one about its demands"


@pytest.mark.parametrize(
    ("name", "facts", "marked", "clause"),
    [
        ("facebook/Unit", {}, True, "AS-A1.a"),
        ("facebook/Unit", {}, False, ""),
        ("facebook/Main", {"type": "main"}, False, "AS-4.FB3"),
        ("x/Main", {}, False, "AS-4.TW3"),
        ("flickr/Main", {}, False, ""),
    ],
)
def test_whose_password_is_whose(
    av: World, name: str, facts: dict[str, str], marked: bool, clause: str
) -> None:
    """Judged where the text speaks of that account's password, by the clause that does, and nowhere else."""
    page, bob = account(av, name, **facts), av.person("Bob Stone", "2001")
    if marked:
        record(av, "use.open_source", page)
    grant(av, page, bob)
    done = deposits.deposit(av.vault, account=page, parts={"password": "theirs"}, changed_by=bob)
    assert (done.clause, done.allowed) == (clause, False if clause else None)
    judged = [
        key for key in ("AS-A1.a", "AS-4.FB3", "AS-4.TW3") if "deposit_not_allowed" in kinds(av, key, page)
    ]
    assert judged == [clause] * bool(clause)
    paper = [
        f.clause
        for f in all_findings(av.vault.state, av.vault.profile, now=NOW)
        if f.kind == "deposit_not_allowed"
    ]
    assert paper == [clause] * bool(clause)


def test_every_further_rule_is_of_another_demand() -> None:
    """No document repeats a rule: the further rules of a clause differ from its first in kind, subject or words."""
    several = {
        (name, clause.key): clause.rules
        for name, profile in SHIPPED.items()
        for clause in profile.clauses.values()
        if clause.more
    }
    assert len(several) > 13
    assert not any(one == other for rules in several.values() for one, other in combinations(rules, 2))


def test_both_are_explained() -> None:
    """What is done for each demand, and the parameters of each; of a part, its own beside the other clause's."""
    found = compliance.explain(None, "NP-2.6a")
    assert found.kind == "cap, may_hold"
    assert all(EXPLAINED[kind][0] in found.does for kind in ("cap", "may_hold"))
    assert {"most: 1", "per_platform: True"} < set(found.parameters)
    assert any(line.startswith("allow: ") for line in found.parameters)
    part = compliance.explain(None, "NS-6.6c")
    assert (part.part_of, part.kind) == ("NS-6.6b", "hold, on_event")
