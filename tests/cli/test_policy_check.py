"""`keyholder policy check`, `explain` and `choose`."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain.compliance import Verdict
from vault.domain.finding import Finding
from vault.ops import compliance


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="one")
    return world


def checked(world: World, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        world.run("policy", "check", *args, "--format", "json", ok=False).stdout
    )
    return found


def test_every_clause_has_a_verdict(world: World) -> None:
    """Each clause of the document in force, the findings once, what is not addressed; exit code 7 on a breach."""
    result = world.run("policy", "check", ok=False)
    assert result.exit_code == 7
    assert "policy explain" in result.stderr
    assert "not addressed by this document" in result.stderr
    found = checked(world)
    assert {one["clause"] for one in found["clauses"]} == set(world.vault.profile.clauses)
    assert found["profile"] == world.vault.profile.name
    by_clause = {one["clause"]: one for one in found["clauses"]}
    administrator = world.vault.profile.clauses_of("account_administrator_required")[0].key
    assert by_clause[administrator]["status"] == "not met"
    before = {(one["kind"], one["clause"]) for one in found["findings"]}
    world.run("post", "give", "1815", "account_administrator")
    after = checked(world)
    gone = before - {(one["kind"], one["clause"]) for one in after["findings"]}
    assert ("account_without_post", administrator) in gone
    assert {one["clause"]: one for one in after["clauses"]}[administrator]["proven"]
    assert world.run("policy", "check", "--format", "csv", ok=False).stdout.count("\n") == 75
    world.check()


def test_as_of_and_names(world: World) -> None:
    """Judged as the register was then; with names, and with every finding."""
    size = checked(world)["entries"]
    world.run("post", "give", "1815", "account_administrator")
    assert checked(world, "--as-of", str(size - 1))["entries"] == size
    shown = world.run("policy", "check", "--names", "--all", ok=False).stdout
    assert "x/NorfolkPolice" in shown


def test_another_document(world: World) -> None:
    """Any document of the installation, in force or not; guidance stands beside the one it guides under."""
    found = checked(world, "--document", "northamptonshire")
    assert {one["document"] for one in found["clauses"]} == {"northamptonshire"}
    world.run("policy", "choose", "west_midlands")
    both = checked(world)
    assert {one["document"] for one in both["clauses"]} == {"west_midlands", "west_midlands_facebook"}
    assert [one["profile"] for one in both["periods"]] == ["norfolk_suffolk", "west_midlands"]
    assert world.run("policy", "check", "--document", "nowhere", ok=False).exit_code == 3


def test_a_changed_file_is_noticed(world: World) -> None:
    """The log holds the document's digest: a file that says something else is named."""
    entry = json.loads(world.run("policy", "choose", "norfolk_suffolk", "--format", "json").stdout)["entry"]
    assert not checked(world)["document_changed"]
    world.vault.state.change("policy", {"seq": entry}, document="A" * 43 + "=")
    assert checked(world)["document_changed"]
    assert "policy choose" in world.run("policy", "check", ok=False).stderr


def test_a_clause_explained(world: World) -> None:
    """What it says, what the vault does, what it cannot see, what is open; in any document, without a vault too."""
    key = world.vault.profile.clauses_of("password_changers")[0].key
    shown = json.loads(world.run("policy", "explain", key, "--format", "json").stdout)
    assert (shown["clause"], shown["kind"]) == (key, "password_changers")
    assert "custodian" in shown["does"].lower()
    assert any(line.startswith("roles: custodian") for line in shown["parameters"])
    assert any("not confirmed" in line for line in shown["decisions"])
    other = json.loads(world.run("policy", "explain", "AS-3.d", "--format", "json").stdout)
    assert other["document"].startswith("Avon")
    assert world.run("policy", "explain", "ZZ-1", ok=False).exit_code == 3


def test_accounts_that_nothing_judges_are_counted(world: World) -> None:
    """An account of a force without a document here is in no verdict, and that is said."""
    assert checked(world)["not_judged"] == 0
    other = world.account("x/ElsewherePolice")
    with world.vault.change() as tx:
        tx.emit("account.changed", other, force="elsewhere")
    assert checked(world)["not_judged"] == 1
    result = world.run("policy", "check", ok=False)
    assert (
        "1 account is of forces that this document does not bind: nothing here judges them" in result.stderr
    )


def test_a_choice_that_waits_says_so(world: World) -> None:
    """Alone it is in force at once; with a second administrator nothing changes before they confirm it."""
    assert "it waits" not in world.run("policy", "choose", "northamptonshire").stderr
    member(world, "Carol Day", "3001", "administrator")
    result = world.run("policy", "choose", "norfolk_suffolk")
    assert "it waits: another administrator runs `keyholder confirm " in result.stderr
    assert world.vault.profile.name == "northamptonshire"


def test_a_clause_in_small_letters_is_the_same(world: World) -> None:
    """As people type it; no two clauses of a document differ by case alone."""
    typed = world.run("policy", "explain", "ns-9.2", "--format", "json").stdout
    assert typed == world.run("policy", "explain", "NS-9.2", "--format", "json").stdout
    assert json.loads(typed)["clause"] == "NS-9.2"
    keys = list(world.vault.profile.clauses)
    assert len({key.casefold() for key in keys}) == len(keys)


def test_json_has_all_of_each_finding_and_verdict(world: World) -> None:
    """Every field of both, and nothing of it cut; a verdict's gaps are the findings, and it says how many."""
    world.grant(world.account("x/Unit"), world.person("Bob Stone", "2001"))
    found = json.loads(world.run("policy", "check", "--format", "json", ok=False).stdout)
    checked = compliance.check(world.vault)
    assert [set(one) for one in found["findings"]] == [{*Finding._fields, "about", "next"}] * len(
        checked.findings
    )
    assert [{**one, "about": 0, "next": 0} for one in found["findings"]] == [
        {**json.loads(json.dumps(one._asdict())), "about": 0, "next": 0} for one in checked.findings
    ]
    wanted = {field.name for field in fields(Verdict)} - {"gaps"} | {"findings"}
    assert {frozenset(one) for one in found["clauses"]} == {frozenset(wanted)}
    assert [one["findings"] for one in found["clauses"]] == [len(one.gaps) for one in checked.verdicts]
