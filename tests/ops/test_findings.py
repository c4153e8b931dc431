"""Each finding appears with what it names, and goes with what mends it; nothing of it is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain.finding import NEXT, Finding
from vault.ops import claims, clock, devices, findings, forces, loss, witnesses


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def found(world: World, kind: str) -> list[Finding]:
    return [one for one in findings.status(world.vault).findings if one.kind == kind]


def only(world: World, kind: str) -> Finding:
    (one,) = found(world, kind)
    return one


def test_a_new_vault_says_what_it_lacks(world: World) -> None:
    """One administrator and a laptop that nobody attested: the findings of the first minute, and no others."""
    kinds = [one.kind for one in findings.status(world.vault).findings]
    assert kinds == ["only_one_administrator", "screen_lock_not_attested"]
    assert only(world, "only_one_administrator").subject == world.ada


def test_two_administrators_end_that_finding(world: World) -> None:
    """The finding is derived: with the second administrator it is gone."""
    member(world, "Carol Day", "3001", "administrator")
    assert found(world, "only_one_administrator") == []


def test_status_counts_and_needs_no_keys(world: World) -> None:
    """A vault that was opened and never unlocked answers with ids and counts."""
    from vault.ops.session import Vault

    world.account("x/NorfolkPolice", password="one")
    locked = Vault.open(world.home, clock=world.clock, random=world.dice)
    locked.sync()
    status = findings.status(locked)
    assert (status.person, status.roles) == (world.ada, ("administrator", "custodian"))
    assert (status.counts["accounts"], status.entries) == (1, world.vault.follower.size)
    assert status.findings
    locked.close()


def test_an_account_lacks_login_posts_and_approval(world: World) -> None:
    """Each lack is a finding with the clause where the document has a rule, and proof by the entry that added it."""
    account = world.account("x/NorfolkPolice")
    lacks = [one for one in findings.status(world.vault).findings if one.subject == account]
    assert [(one.kind, one.clause) for one in lacks] == [
        ("account_without_secret", ""),
        ("account_without_post", "NS-10.2b"),
        ("account_without_post", ""),
        ("account_without_approval", "NS-9.2"),
    ]
    added = world.vault.state.find("account", id=account)[0]["added"]
    assert {one.evidence for one in lacks} == {(added,)}
    world.deposit(account, password="one")
    assert found(world, "account_without_secret") == []


def test_an_account_that_no_document_binds_lacks_no_paper(world: World) -> None:
    """Nothing is found by a clause where the document does not bind; a login and a line manager are asked of all."""
    other = world.account("x/ElsewherePolice")
    with world.vault.change() as tx:
        tx.emit("account.changed", other, force="elsewhere")
    lacks = [one for one in findings.status(world.vault).findings if one.subject == other]
    assert [(one.kind, one.clause) for one in lacks] == [
        ("force_lifted", ""),
        ("account_without_secret", ""),
        ("account_without_post", ""),
    ]


def test_a_post_counts_for_an_account_its_team_or_everything(world: World) -> None:
    """Each scope covers the account; a post that begins tomorrow, or ended, covers nothing."""
    account, bob = world.account("x/NorfolkPolice"), world.person("Bob Stone", "2001")

    def administrators(**post: str) -> int:
        with world.vault.change() as tx:
            tx.emit("post.given", bob, post="account_administrator", **post)
        missing = [one for one in found(world, "account_without_post") if "administrator" in one.words]
        with world.vault.change() as tx:
            scope = post.get("scope")
            tx.emit("post.ended", bob, post="account_administrator", scope=scope, until="2026-11-01")
        return len(missing)

    assert administrators(since="2026-11-01") == 0
    assert administrators(since="2026-11-01", scope=account) == 0
    assert administrators(since="2026-12-01", scope=account) == 1
    assert administrators(since="2026-11-01", scope="acc-" + "a" * 16) == 1
    assert len(found(world, "account_without_post")) == 2


def test_a_closed_account_lacks_nothing(world: World) -> None:
    """What is closed needs no paper."""
    account = world.account("x/NorfolkPolice")
    with world.vault.change() as tx:
        tx.emit("account.closed", account, occurred_at=tx.time)
    assert [one for one in findings.status(world.vault).findings if one.subject == account] == []


def test_a_holder_from_before_lacks_an_approval_and_an_answer(world: World) -> None:
    """A grant that was there already is a finding; so is a holder whom nobody asked about own devices."""
    account, bob = world.account("x/NorfolkPolice", password="one"), world.person("Bob Stone", "2001")
    world.grant(account, bob)
    assert only(world, "holder_without_approval").subject == bob
    assert only(world, "own_device_not_asked").clause == "NS-12.1b"
    devices.answer(world.vault, "2001", uses=True)
    assert found(world, "own_device_not_asked") == []
    assert only(world, "own_device_not_registered").subject == bob
    devices.add(
        world.vault, nickname="own", owner="2001", kind="phone", ownership="personal", screen_lock="yes"
    )
    assert found(world, "own_device_not_registered") == []
    devices.answer(world.vault, "2001", uses=False)
    assert found(world, "own_device_not_asked") == []


def test_a_screen_lock_is_attested_for_a_time(world: World) -> None:
    """No lock, no attestation, an old attestation: three findings in other words; a desktop has none."""
    devices.change(world.vault, "Ada's laptop", screen_lock="no")
    assert only(world, "screen_lock_not_attested").words == "it has no screen lock"
    devices.change(world.vault, "Ada's laptop", screen_lock="yes")
    assert only(world, "screen_lock_not_attested").words == "nobody has attested its screen lock"
    devices.change(world.vault, "Ada's laptop", attested_on="2025-11-01")
    assert "ran out on 2026-11-01" in only(world, "screen_lock_not_attested").words
    devices.change(world.vault, "Ada's laptop", attested_on="2026-11-01")
    devices.add(world.vault, nickname="desk", owner="1815", kind="desktop", ownership="force")
    assert found(world, "screen_lock_not_attested") == []


def test_a_password_changed_by_who_may_not_is_a_finding_while_it_is_current(world: World) -> None:
    """The deposit is recorded all the same; the finding ends when custody has changed it again."""
    from vault.ops import sealing

    account, bob = world.account("x/NorfolkPolice", password="one"), world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        body = sealing.Body({"platform": "x"}, {"password": "two"})
        parts = {"password": "new"}
        sealing.write_version(
            tx, account=account, body=body, parts=parts, why="deposit", changed_by=bob, allowed=False
        )
    breach = only(world, "deposit_not_allowed")
    assert (breach.subject, breach.clause) == (account, "NS-10.1e")
    assert bob in breach.words
    world.deposit(account, password="three")
    assert found(world, "deposit_not_allowed") == []


def test_a_loss_is_work_and_notices(world: World) -> None:
    """Class 1 before the papers, with its age; every recipient with the clause until told."""
    world.person("Bob Stone", "2001")
    account = world.account("x/NorfolkPolice", password="one")
    device = devices.add(world.vault, nickname="blue", owner="2001", kind="phone", ownership="force")
    devices.change(world.vault, "blue", signed_in=["x/NorfolkPolice"])
    done = devices.lose(world.vault, "blue", on="2026-10-30T10:00:00Z")
    assert isinstance(done, loss.Loss)
    owed = only(world, "owed_class_1")
    assert (owed.subject, owed.evidence) == (device, (done.entry,))
    assert owed.words == "1 to change on 1 accounts, device_lost, 3 days"
    assert [one.clause for one in found(world, "not_told")] == ["NS-10.1b", "NS-10.1b", "NS-10.1c"]
    with world.vault.change() as tx:  # a second cause for the same password: one thing to change
        tx.emit("account.compromised", account, occurred_at="2026-10-31T10:00:00Z")
    assert findings.status(world.vault).counts["components to change"] == 1
    assert len(world.vault.state.find("obligation", discharged=None)) == 2
    loss.tell(world.vault, "blue", "ict")
    assert len(found(world, "not_told")) == 2
    world.deposit(account, password="two")


def test_what_is_put_off_stays_listed(world: World) -> None:
    """A class 3 put off to a date is listed as such until that day, and as owed after it."""
    account = world.account("x/NorfolkPolice", password="one")
    carol = member(world, "Carol Day", "3001", "custodian")
    with world.vault.change() as tx:
        tx.emit("person.left", carol.person, occurred_at=tx.time)
    assert only(world, "owed_class_3").subject == carol.person
    with world.vault.change() as tx:
        tx.emit(
            "obligation.deferred",
            account,
            part="password",
            until="2026-11-20",
            post="digital_media_lead",
            person=world.ada,
        )
    assert found(world, "owed_class_3") == []
    assert "put off to 2026-11-20" in only(world, "put_off").words
    world.clock.forward(days=30)
    assert found(world, "put_off") == []
    assert len(found(world, "owed_class_3")) == 1


def test_team_changes_are_owed_with_the_clause(world: World) -> None:
    """An obligation of a change of membership cites the rule that asks for it."""
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        details = tx.details("team", "tem-" + "a" * 16, {"name": "West"})
        tx.emit("team.added", "tem-" + "a" * 16, kind="team", details=details)
    world.account("x/NorfolkPolice", password="one", team="tem-" + "a" * 16)
    with world.vault.change() as tx:
        tx.emit("team.joined", "tem-" + "a" * 16, person=bob, since=tx.today, rotate=True)
    assert only(world, "owed_class_3").clause == "NS-10.2e"


def test_claims_and_waiting_entries_are_findings(world: World) -> None:
    """Nobody has decided; nobody has confirmed."""
    claims.file(world.vault, kind="other", text="words")
    assert only(world, "open_claim").words.startswith("other since 2026-11-02")
    member(world, "Carol Day", "3001", "administrator")
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        seq = tx.emit("role.given", bob, role="administrator")
    waiting = only(world, "waiting_for_confirmation")
    assert (waiting.subject, waiting.evidence) == (bob, (seq,))


def test_a_team_whose_keys_are_due_is_a_finding(world: World) -> None:
    """Revoked from the own machine: the teams wait for a member, and status says so."""
    member(world, "Carol Day", "3001", "custodian")
    carol = world.open(_home(world, "3001"))
    devices.lose(carol, "Carol Day's laptop", keyset=True)
    world.vault.sync()
    assert len(found(world, "epoch_due")) == 2
    world.person("Bob Stone", "2001")
    assert len(found(world, "epoch_due")) == 1, "a description brought new keys for the register"


def _home(world: World, collar: str) -> object:
    from vault.store.home import Home

    return Home(world.folder / collar)


SEEDED: dict[str, tuple[Callable[[World], None], str]] = {
    "void_entry": (
        lambda world: world.vault.state.put("void", seq=5, event="person.left", reason="no right"),
        "person.left has no effect: no right",
    ),
    "recovery_used": (
        lambda world: world.vault.state.put("recovery_use", seq=99, keyset="kst-a", admits="kst-b"),
        "the recovery kit was used to admit an administrator",
    ),
    "kit_seen_by_leaver": (
        lambda world: world.vault.state.change("person", {"id": world.ada}, state="left"),
        "somebody who saw the recovery kit has left",
    ),
    "rotation_unknown": (lambda world: _rotation(world, "unknown", "2099-01-01T00:00:00Z"), "nobody knows"),
    "rotation_stands_still": (
        lambda world: _rotation(world, "applied", "2026-11-01T00:00:00Z"),
        "applied, and nobody has moved it since 2026-11-01",
    ),
}


def _rotation(world: World, state: str, lease: str) -> None:
    row = {
        "id": "rot-a",
        "account": "acc-a",
        "number": 2,
        "base": 1,
        "owner": world.ada,
        "lease_until": lease,
    }
    world.vault.state.put("rotation", **row, doors="", state=state, started=7, ended=None)


@pytest.mark.parametrize("kind", SEEDED)
def test_each_row_of_the_projection_makes_its_finding(world: World, kind: str) -> None:
    """Rows that other commands fold are enough to derive the finding, with its words."""
    before = found(world, kind)
    put, words = SEEDED[kind]
    put(world)
    assert before == []
    assert only(world, kind).words.startswith(words)


def test_a_use_of_the_kit_before_the_newest_kit_is_over(world: World) -> None:
    """Another kit ends the finding."""
    world.vault.state.put("recovery_use", seq=0, keyset="kst-a", admits="kst-b")
    assert found(world, "recovery_used") == []


def test_without_rules_there_are_no_findings_of_paper(world: World) -> None:
    """What a document does not address makes no finding: silent is not compliant, but it is not a breach."""
    from dataclasses import replace

    bob, account = world.person("Bob Stone", "2001"), world.account("x/NorfolkPolice", password="one")
    world.grant(account, bob)
    silent = replace(world.vault.profile, clauses={})
    kinds = {one.kind for one in findings.all_findings(world.vault.state, silent, now="2026-11-02T10:00:00Z")}
    assert kinds == {"only_one_administrator", "account_without_post"}
    device = devices.add(world.vault, nickname="blue", owner="2001", kind="phone", ownership="force")
    devices.lose(world.vault, device)
    told = [
        one.clause
        for one in findings.all_findings(world.vault.state, silent, now="2026-11-02T10:00:00Z")
        if one.kind == "not_told"
    ]
    assert told == ["", "", ""]


def test_names_are_given_to_those_who_can_read_them(world: World) -> None:
    """Custody sees names for ids; a holder sees none."""
    account, bob = world.account("x/NorfolkPolice"), member(world, "Bob Stone", "2001", "holder")
    ids = [account, bob.person, "clm-" + "a" * 16, ""]
    assert findings.subject_names(world.vault, ids) == {account: "x/NorfolkPolice", bob.person: "Bob Stone"}
    assert findings.subject_names(bob, ids) == {}


def test_every_hint_is_of_a_kind_that_exists() -> None:
    """The table of next steps has no line for a finding that nothing makes."""
    from vault.domain import contradictions, paperwork
    from vault.domain import findings as rules
    from vault.ops import outside_heads

    rooms = (rules, paperwork, witnesses, outside_heads, clock, contradictions, forces)
    made = "".join(Path(room.__file__).read_text() for room in rooms)
    assert [kind for kind in NEXT if f'"{kind}"' not in made and not kind.startswith("owed_class")] == []


def test_what_has_its_paper_makes_no_finding(world: World) -> None:
    """An account that was opened by a request, and a holder who uses no device of their own."""
    account, bob = world.account("x/NorfolkPolice", password="one"), world.person("Bob Stone", "2001")
    world.grant(account, bob)
    world.vault.state.change("account", {"id": account}, request="req-a")
    devices.answer(world.vault, "2001", uses=False)
    kinds = {one.kind for one in findings.status(world.vault).findings}
    assert kinds.isdisjoint({"account_without_approval", "own_device_not_asked", "own_device_not_registered"})
