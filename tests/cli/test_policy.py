"""keyholder policy: the document, clause by clause, with what the vault does with each."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from cli.context import Context
from cli.main import root
from cli.settings import Settings
from tests.world import World


def test_list_names_the_one_in_force(tmp_path: Path) -> None:
    """Each profile with its clauses and rules; which is in force needs a vault, and no keys."""
    world = World(tmp_path)
    rows = json.loads(world.run("policy", "list", "--format", "json").stdout)
    assert [row["name"] for row in rows if row["in_force"]] == ["norfolk_suffolk"]
    assert next(row for row in rows if row["in_force"])["enforced_rules"] > 10


def test_without_a_vault(tmp_path: Path) -> None:
    """The profiles can be read before there is a vault."""
    context = Context(settings=Settings(home=tmp_path / "none"))
    for args in (["policy", "list"], ["policy", "show", "norfolk_suffolk"]):
        assert CliRunner().invoke(root, args, obj=context).exit_code == 0
    listed = CliRunner().invoke(root, ["policy", "list", "--format", "json"], obj=context)
    assert not any(row["in_force"] for row in json.loads(listed.stdout))


def test_show(tmp_path: Path) -> None:
    """Blank facts are said to be blank; clauses are enforced, part of a rule, or recorded only; local is local."""
    world = World(tmp_path)
    found = json.loads(world.run("policy", "show", "--format", "json").stdout)
    assert found["title"] == "Norfolk and Suffolk: Digital and Social Media"
    assert (found["approved_on"], found["published_on"]) == ("2017-06-07", "not stated")
    use = {clause["clause"]: (clause["strength"], clause["use"]) for clause in found["clauses"]}
    assert use["NS-9.2"] == ("MUST", "enforced: approval chain")
    assert use["NS-9.3"] == ("MUST", "part of NS-9.2")
    assert use["NS-0.b"] == ("MUST", "enforced: record required")
    assert {row["key"] for row in found["local"]} >= {"lease_minutes", "password_length"}
    assert all(not row["confirmed"] for row in found["decisions"])
    table = world.run("policy", "show").stdout
    for words in ("NS-9.5b", "lease_minutes", "I6", "not stated"):
        assert words in table
    assert world.run("policy", "show", "--format", "csv").stdout.startswith(
        "clause,where,strength,use,reading\n"
    )
