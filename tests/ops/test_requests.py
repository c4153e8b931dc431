"""Requests: the chain of approvals in front of a new account, and of access to one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops import approvals, records, requests
from vault.ops.accounts import Facts
from vault.ops.requests import Standing

POSTS = ("line_manager", "head_of_department", "digital_media_lead")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def hold(
    world: World, person: str, post: str, *, scope: str | None = None, since: str = "2026-01-01"
) -> None:
    with world.vault.change() as tx:
        tx.emit("post.given", person, post=post, scope=scope, since=since)


def people(world: World) -> dict[str, str]:
    """Somebody for each post; the id by post."""
    who = {post: world.person(post.replace("_", " ").title(), f"300{n}") for n, post in enumerate(POSTS)}
    for post, person in who.items():
        hold(world, person, post)
    return who


def ask(world: World, name: str = "x/NorfolkRural", **more: str) -> str:
    asked = {"owner_kind": "team", "requester": more.pop("requester", None) or world.person("Asker", "4000")}
    words = {"aims": "rural crime", "purpose": "appeals"}
    return requests.request_account(world.vault, name=name, **{**asked, **words, **more}).id


def standing(world: World, request: str) -> Standing:
    return next(r for r in requests.list_requests(world.vault, world.vault.state) if r.id == request)


def approve_all(world: World, request: str, who: dict[str, str]) -> None:
    for post in POSTS:
        approvals.decide(world.vault, request=request, post=post, person=who[post], evidence={"text": "mail"})


def refused(world: World, request: str) -> Refusal:
    """Opening is refused: nothing but the refusal's own entry is new."""
    size, accounts = world.vault.follower.size, len(world.vault.state.find("account"))
    with pytest.raises(Refusal) as caught:
        requests.open_account(world.vault, request=request, facts=Facts())
    assert world.vault.follower.size == size + 1
    assert len(world.vault.state.find("account")) == accounts
    newest = max(world.vault.state.find("refusal"), key=lambda row: row["seq"])
    assert (newest["action"], newest["about"]) == ("account_open", request)
    assert newest["clause"] == (caught.value.clause or None)
    return caught.value


def test_an_approved_request_opens(world: World) -> None:
    """With every approval the account is opened, dated today, owned as approved; once."""
    who, request = people(world), ask(world)
    approve_all(world, request, who)
    assert standing(world, request).state == "approved"
    opened = requests.open_account(world.vault, request=request, facts=Facts(force="norfolk"))
    row = world.vault.state.get("account", id=opened.id)
    assert row is not None
    assert (row["request"], row["owner_kind"], row["created_on"]) == (request, "team", "2026-11-02")
    assert standing(world, request).state == "opened"
    with pytest.raises(UsageProblem, match="in the register already"):
        requests.open_account(world.vault, request=request, facts=Facts())
    world.check()


def test_statements_and_proofs_are_shown_apart(world: World) -> None:
    """What a custodian saw is a statement; what the approver signed with their own keys is proven by the log."""
    who, request = people(world), ask(world)
    hold(world, world.ada, "head_of_department")
    seen = approvals.decide(world.vault, request=request, post=POSTS[0], person=who[POSTS[0]])
    own = approvals.decide(world.vault, request=request, post=POSTS[1])
    assert (seen.evidence, own.evidence) == ("statement", "log")
    assert own.next_posts == ("digital_media_lead",)
    assert standing(world, request).approvals == (
        "line manager: Line Manager (statement)",
        "head of department: Ada Byron (log)",
    )


def test_each_missing_approval_is_named(world: World) -> None:
    """Step by step the refusal names the post that is missing, and the clause that asks for it."""
    who, request = people(world), ask(world)
    for post, clause in zip(POSTS, ("NS-9.2", "NS-9.2", "NS-9.5a"), strict=True):
        refusal = refused(world, request)
        assert refusal.clause == clause
        assert post.replace("_", " ") in refusal.message
        approvals.decide(world.vault, request=request, post=post, person=who[post])
    assert requests.open_account(world.vault, request=request, facts=Facts()).name == "x/NorfolkRural"
    world.check()


def test_nobody_approves_their_own_request(world: World) -> None:
    """The requester's own approval does not count, whatever post they hold."""
    who = people(world)
    request = ask(world, requester=who["line_manager"])
    done = approvals.decide(world.vault, request=request, post="line_manager", person=who["line_manager"])
    assert (done.counts, done.why_not) == (False, "the requester cannot approve")
    approve_all(world, request, who)
    assert refused(world, request).clause == "NS-9.2"


def test_the_order_counts(world: World) -> None:
    """The Digital Media Lead approves last; an approval before the others does not count, a later one does."""
    who, request = people(world), ask(world)
    early = approvals.decide(world.vault, request=request, post=POSTS[2], person=who[POSTS[2]])
    assert early.why_not == "an earlier approval was still missing"
    for post in POSTS[:2]:
        approvals.decide(world.vault, request=request, post=post, person=who[post])
    assert refused(world, request).clause == "NS-9.5a"
    approvals.decide(world.vault, request=request, post=POSTS[2], person=who[POSTS[2]])
    assert requests.open_account(world.vault, request=request, facts=Facts()).id


def test_the_post_was_held_on_that_day(world: World) -> None:
    """An approval counts by the post of its own day: not one given before the post was, or after it ended."""
    who, request = people(world), ask(world)
    late = world.person("Late Manager", "5001")
    hold(world, late, "line_manager", since="2026-10-01")
    before = approvals.decide(
        world.vault, request=request, post="line_manager", person=late, at="2026-09-30T12:00:00Z"
    )
    assert before.why_not == "the person did not hold the post on that day"
    with world.vault.change() as tx:
        tx.emit("post.ended", late, post="line_manager", until="2026-10-31")
    after = approvals.decide(world.vault, request=request, post="line_manager", person=late)
    assert not after.counts
    during = approvals.decide(
        world.vault, request=request, post="line_manager", person=late, at="2026-10-31T12:00:00Z"
    )
    assert during.counts
    assert who


def test_a_post_for_another_team_does_not_count(world: World) -> None:
    """A line manager of one team is nobody for another team's account."""
    with world.vault.change() as tx:
        mine, other = tx.new(Prefix.TEAM), tx.new(Prefix.TEAM)
        for team in (mine, other):
            tx.emit("team.added", team, kind="team", details=tx.details("team", team, {"name": team}))
    manager = world.person("Manager", "5001")
    hold(world, manager, "line_manager", scope=other)
    request = ask(world, team=mine)
    assert not approvals.decide(world.vault, request=request, post="line_manager", person=manager).counts
    hold(world, manager, "line_manager", scope=mine)
    request = ask(world, "x/Another", team=mine, requester=world.ada)
    assert approvals.decide(world.vault, request=request, post="line_manager", person=manager).counts


def test_a_refusal_ends_it_and_only_by_who_is_asked(world: World) -> None:
    """A refusal by somebody without the post changes nothing; by the holder of one it ends the request."""
    who, request = people(world), ask(world)
    porter = world.person("Porter", "5001")
    assert not approvals.decide(
        world.vault, request=request, post="line_manager", person=porter, given=False
    ).counts
    assert standing(world, request).state == "waits for line manager, head of department"
    assert approvals.decide(
        world.vault, request=request, post=POSTS[2], person=who[POSTS[2]], given=False
    ).counts
    assert standing(world, request).state == "refused"
    approve_all(world, request, who)
    assert "refused the request" in refused(world, request).message
    world.check()


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        ({"owner_kind": "individual"}, "NS-9.5b"),
        ({"owner_kind": "other"}, "NS-9.5c"),
        ({"purpose": ""}, "NS-9.3"),
        ({"name": "googleplus/NorfolkPolice"}, ""),
    ],
)
def test_what_the_document_does_not_allow(world: World, change: dict[str, str], clause: str) -> None:
    """Owner kinds, blank purposes and closed platforms are foreseen when asked, and refused at opening."""
    who = people(world)
    done = requests.request_account(
        world.vault,
        **{
            "name": "x/NorfolkRural",
            "owner_kind": "team",
            "requester": world.person("Asker", "4000"),
            "aims": "a",
            "purpose": "p",
        }
        | change,
    )
    assert [one.clause for one in done.findings] == [clause]
    approve_all(world, done.id, who)
    assert refused(world, done.id).clause == clause


def test_a_new_channel_goes_through_the_same_post(world: World) -> None:
    """A platform outside the list opens as a trial once the Digital Media Lead has approved, and says so."""
    who, request = people(world), ask(world, name="tiktok/norfolkpolice")
    approve_all(world, request, who)
    records.make(world.vault, code="request.not_covered", about=("request", request))
    assert refused(world, request).clause == "NS-3.4b"
    hold(world, who["line_manager"], "deputy_chief_constable")
    records.make(
        world.vault,
        code="agreed.deputy_chief_constables",
        about=("request", request),
        person=who["line_manager"],
    )
    (finding,) = requests.open_account(world.vault, request=request, facts=Facts()).findings
    assert finding.clause == "NS-3.4a"


def test_what_cannot_be_asked(world: World) -> None:
    """An account that exists, a request that does not, a future approval, the wrong kind of request."""
    account, asker = world.account("x/NorfolkPolice"), world.person("Asker", "4000")
    with pytest.raises(UsageProblem, match=account):
        ask(world, name="x/norfolkpolice", requester=asker)
    with pytest.raises(NotFound):
        approvals.request_row(world.vault.state, "req-" + "a" * 16)
    request = requests.request_access(
        world.vault, account=account, person=asker, kind="secret", requester=asker
    ).id
    with pytest.raises(UsageProblem, match="future"):
        approvals.decide(world.vault, request=request, post="line_manager", at="2030-01-01T00:00:00Z")
    with pytest.raises(UsageProblem, match="not for a new account"):
        requests.open_account(world.vault, request=request, facts=Facts())
    assert standing(world, request).state == "waits for line manager, head of department"


def test_a_request_that_does_not_say_why(world: World) -> None:
    """All approvals and no purpose: the list says what is missing."""
    who, request = people(world), ask(world, purpose="")
    approve_all(world, request, who)
    assert standing(world, request).state == "does not say: purpose"


def test_evidence_is_sealed(world: World) -> None:
    """What was seen is opened by the register's members and stands in clear nowhere."""
    who, request = people(world), ask(world)
    approvals.decide(
        world.vault,
        request=request,
        post=POSTS[0],
        person=who[POSTS[0]],
        evidence={"text": "Marker-evidence"},
    )
    (row,) = world.vault.state.find("approval")
    blob = world.vault.shared.blob(row["evidence"])
    ring = world.vault.keyring
    assert ring.open_details(world.vault.state, blob, kind="evidence", subject=request) == {
        "text": "Marker-evidence"
    }
    for path in world.folder.rglob("*"):
        if path.is_file():
            assert b"Marker-evidence" not in path.read_bytes(), path
