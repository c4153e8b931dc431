"""Every document's own questions can be answered, and its chain completed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.domain.kinds.approval_chain import ACCESS, ACCOUNT, ApprovalChain
from vault.errors import UsageProblem
from vault.ops import approvals, requests
from vault.ops.platforms import profile, profiles_available

CHAINS = [name for name in profiles_available() if profile(name).rule(ApprovalChain) is not None]


def test_the_documents_that_have_a_chain() -> None:
    """All but those that say nothing of approvals; else the cases below would be empty."""
    assert len(CHAINS) >= 4


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("access", [False, True])
def test_a_chain_can_be_completed(name: str, access: bool, tmp_path: Path) -> None:
    """With every field answered and every post's approval the request is approved; the log has codes alone."""
    world = World(tmp_path, profile=name)
    chain = world.vault.profile.rule(ApprovalChain)
    assert chain is not None
    kind, asker = "team", world.person("Asker", "4000")
    answers = dict.fromkeys(requests.fields_of(world.vault.profile), "Marker words")
    if access:
        account, bob = world.account("x/One"), world.person("Bob Stone", "2001")
        wanted = {"account": account, "person": bob, "kind": "secret"}
        request = requests.request_access(world.vault, requester=asker, fields=answers, **wanted).id
        kind = "main"
    else:
        made = requests.request_account(
            world.vault, name="x/New", owner_kind=kind, requester=asker, fields=answers
        )
        request = made.id
        assert not [short for short in made.findings if "does not say" in short.text]
    for n, step in enumerate(sorted(chain.for_owner(kind).steps, key=lambda step: step.stage)):
        person = world.person(f"Post {n}", f"30{n}")
        with world.vault.change() as tx:
            tx.emit("post.given", person, post=step.post, since="2026-01-01")
        decided = approvals.decide(world.vault, request=request, post=step.post, person=person)
    assert decided.complete
    row = world.vault.state.get("request", id=request)
    assert row is not None and row["fields"].split() == sorted(answers)
    asks = (ACCESS if access else ACCOUNT) in chain.for_owner(kind).asked_for
    count = approvals.standing(world.vault.state, world.vault.profile, row, {})
    assert bool(count) == asks, "erased words stay answered; what needs no approval has no count"
    log = b"".join(world.vault.shared.bodies(0, world.vault.follower.size))
    assert b"Marker" not in log
    world.check()


def test_a_question_that_nobody_asks(tmp_path: Path) -> None:
    """A slip is named, with what may be answered, before anything is written."""
    world = World(tmp_path, profile="west_midlands")
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="does not ask for benfit") as slip:
        requests.request_account(
            world.vault, name="x/New", owner_kind="team", requester=world.ada, fields={"benfit": "x"}
        )
    assert "benefit" in slip.value.hint
    assert world.vault.follower.size == size
