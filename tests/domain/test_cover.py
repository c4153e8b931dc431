"""The cover of a document says what the document read whole says, and nothing where the form is another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vault.domain import cover
from vault.domain.kinds.administrator import AccountAdministratorRequired
from vault.errors import NotFound, UsageProblem
from vault.store import profiles


@pytest.mark.parametrize("name", profiles.available())
def test_it_is_that_of_the_whole(name: str) -> None:
    """Forces, their names, the post, and whom it binds."""
    whole, found = profiles.load_profile(name), profiles.load_cover(name)
    rule = whole.rule(AccountAdministratorRequired)
    assert found == cover.of(whole)
    assert found.name == whole.name
    assert found.forces == {code: force.name for code, force in whole.forces.items()}
    assert found.administrator == (rule.post if rule else cover.ADMINISTRATOR)
    for force in (None, "elsewhere", *whole.forces):
        assert found.binds(force) == whole.binds(force)


def test_the_kind_is_the_rule_s() -> None:
    """One name, written twice so that no rule is loaded for it."""
    assert AccountAdministratorRequired.kind == cover.KIND


CLAUSE = {"kind": cover.KIND, "parameters": {"post": "keeper"}}
WHOLE: dict[str, Any] = {"forces": {"here": {"name": "Here"}}, "clauses": {"X-1": CLAUSE}}
OTHERS: dict[str, dict[str, Any]] = {
    "no forces": {"clauses": {}},
    "forces are a list": {**WHOLE, "forces": []},
    "a force is a text": {**WHOLE, "forces": {"here": "Here"}},
    "a force without a name": {**WHOLE, "forces": {"here": {}}},
    "a name is a number": {**WHOLE, "forces": {"here": {"name": 1}}},
    "no clauses": {"forces": {}},
    "a clause without a kind": {**WHOLE, "clauses": {"X-1": {}}},
    "the rule without a post": {**WHOLE, "clauses": {"X-1": {"kind": cover.KIND, "parameters": {}}}},
}


def test_the_post_of_a_further_rule() -> None:
    """Also where it is the second demand of a clause; without any, the vault's own word."""
    assert cover.read(WHOLE, name="x") == cover.Cover("x", {"here": "Here"}, "keeper")
    more = {"forces": {}, "clauses": {"X-1": {"kind": "cap", "parameters": {}, "more": [CLAUSE]}}}
    assert cover.read(more, name="x") == cover.Cover("x", {}, "keeper")
    assert cover.read({"forces": {}, "clauses": {}}, name="x") == cover.Cover("x", {}, cover.ADMINISTRATOR)


@pytest.mark.parametrize("name", OTHERS)
def test_another_form_is_not_guessed_at(name: str) -> None:
    """Reading it whole says what is wrong."""
    assert cover.read(OTHERS[name], name="x") is None


def test_a_file_of_another_form_is_refused_as_the_whole_is(tmp_path: Path) -> None:
    """With file and key; and a profile that is not there is not found."""
    for shared in ("platforms", "bank_holidays"):
        (tmp_path / f"{shared}.toml").write_text((profiles.POLICIES / f"{shared}.toml").read_text())
    (tmp_path / "broken.toml").write_text('schema = 1\nname = "broken"\n')
    with pytest.raises(UsageProblem, match=r"broken\.toml"):
        profiles.load_cover("broken", tmp_path)
    with pytest.raises(NotFound):
        profiles.load_cover("nowhere", tmp_path)
