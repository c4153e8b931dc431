"""keyholder grant: given after approval, recorded as a fact, revoked with what is owed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.test_account import failing
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="Marker-1")
    world.person("Bob Stone", "2001")
    return world


def test_refused_recorded_and_listed(world: World) -> None:
    """Without approval it is refused with clause and next step; held already, it is a fact with findings."""
    code, words = failing(world, "grant", "give", "x/NorfolkPolice", "2001")
    assert code == 4
    assert "clause: NS-9.2" in words
    assert "--access-for" in words
    done = world.run(
        "grant", "give", "x/NorfolkPolice", "2001", "--existing", "--since", "01/05/2024", "--as", "tool-seat"
    )
    assert "finding: no complete approval of this access is on record [NS-9.2]" in done.stderr
    rows = json.loads(world.run("grant", "list", "--format", "json").stdout)
    assert [(r["account"], r["person"], r["kind"], r["since"], r["basis"]) for r in rows] == [
        ("x/NorfolkPolice", "Bob Stone", "tool_seat", "2024-05-01", "held already")
    ]
    for option, value, found in (("--account", "x/NorfolkPolice", 1), ("--person", "1815", 0)):
        assert len(json.loads(world.run("grant", "list", option, value, "--format", "json").stdout)) == found
    world.check()


def test_given_through_a_request(world: World) -> None:
    """Asked for, approved by three, trained by the very command of the refusal; what only should be is said."""
    asked = ["--access-for", "2001", "--by", "1815", "--aims", "a", "--purpose", "p", "--format", "json"]
    request = json.loads(world.run("account", "request", "x/NorfolkPolice", *asked).stdout)["id"]
    for n, post in enumerate(("line_manager", "head_of_department", "digital_media_lead")):
        person = world.person(post, f"300{n}")
        with world.vault.change() as tx:
            tx.emit("post.given", person, post=post, since="2026-01-01")
        world.run("account", "approve", request, "--post", post, "--by", f"300{n}")
    give = ("grant", "give", "x/NorfolkPolice", "2001", "--request", request)
    done = world.run(*give, ok=False)
    assert (done.exit_code, "NS-11.1a" in done.stderr) == (4, True)
    (command,) = re.findall(r"next: keyholder (record add .*)", done.stderr)
    world.run(*shlex.split(command))
    assert "finding: no record ack.policy [NS-9.4]" in world.run(*give).stderr
    (row,) = json.loads(world.run("grant", "list", "--format", "json").stdout)
    assert row["basis"] == "approved"


def test_revoked_with_what_is_owed(world: World) -> None:
    """What the person saw is named with its class; the next command is said; no secret is."""
    account = world.vault.names.find("account", "x/NorfolkPolice")
    bob = world.vault.names.find("person", "2001")
    world.grant(account, bob)
    world.seen(account, bob)
    done = world.run("grant", "revoke", "x/NorfolkPolice", "2001", "--as", "secret", "--format", "json")
    assert json.loads(done.stdout) == [
        {"account": "x/NorfolkPolice", "component": "password", "class": 2, "because_it": "seen"}
    ]
    assert "next: keyholder rotation start x/NorfolkPolice" in done.stderr
    assert "Marker" not in done.stdout + done.stderr
    assert json.loads(world.run("grant", "list", "--format", "json").stdout) == []
    assert len(json.loads(world.run("grant", "list", "--ended", "--format", "json").stdout)) == 1
    world.grant(account, bob, "tool_seat")
    assert "0 components" in world.run("grant", "revoke", "x/NorfolkPolice", "2001").stderr
    assert failing(world, "grant", "revoke", "x/NorfolkPolice", "2001")[0] == 3
