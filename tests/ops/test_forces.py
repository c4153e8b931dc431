"""Accounts said to be of a force that the document does not bind: nobody is rid of a document unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.ops import forces, importing, imports, notes
from vault.ops.accounts import Facts, add_account, change_account
from vault.ops.findings import status
from vault.ops.import_words import Choices
from vault.ops.session import Vault


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def move(vault: Vault, account: str, force: str) -> int:
    """Say of which force it is; the entry."""
    change_account(vault, account=account, facts=Facts(force=force))
    return vault.state.find("leaf", subject=account)[-1]["seq"]


def found(vault: Vault) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.subject, one.evidence) for one in status(vault).findings if one.kind == "force_lifted"]


def test_it_is_a_finding_until_it_is_put_right(world: World) -> None:
    """Since which entry, and of which force before; an account that was never bound, or is bound again, is none."""
    page = add_account(world.vault, name="x/Unit", facts=Facts(force="norfolk")).id
    add_account(world.vault, name="x/Kent", facts=Facts(force="Kent Police"))
    assert found(world.vault) == []
    entry = move(world.vault, page, "Kent Police")
    change_account(world.vault, account=page, facts=Facts(type="main"))
    assert found(world.vault) == [(page, (entry,))]
    (one,) = forces.lifted(world.vault, page)
    assert f"since entry {entry}, and of norfolk before" in one.words
    move(world.vault, page, "suffolk")
    assert found(world.vault) == []


def test_the_one_of_before_is_asked_of_what_was_imported(world: World) -> None:
    """What a spreadsheet said counts as what anybody says: access to it is asked by that document still."""
    raw = b"platform,handle,force\nx,Unit,Norfolk Constabulary\nx,Bare,\n"
    importing.register(
        world.vault, imports.plan_import(world.vault, raw, Choices()), raw, Choices(), skip_bad=False
    )
    pages = [world.vault.names.find("account", name) for name in ("x/Unit", "x/Bare")]
    entries = [move(world.vault, page, "Kent Police") for page in pages]
    assert found(world.vault) == [(page, (entry,)) for page, entry in zip(pages, entries, strict=True)]
    rows = [forces.judged(world.vault, world.vault.state.find("account", id=page)[0]) for page in pages]
    assert [row["force"] for row in rows] == ["norfolk", None]


def test_somebody_else_answers_for_it(world: World) -> None:
    """Not who said so, and nobody who keeps no register: then it is so."""
    custodian = member(world, "Cal", "2001", "custodian")
    auditor = member(world, "Ned", "2002", "auditor")
    page = add_account(world.vault, name="x/Unit", facts=Facts(force="norfolk")).id
    entry = move(world.vault, page, "Kent Police")
    for vault, stands in ((world.vault, True), (auditor, True), (custodian, False)):
        vault.sync()
        notes.correct(vault, entry, text="it is theirs now")
        world.vault.sync()
        assert bool(found(world.vault)) == stands


def test_an_import_says_how_many(world: World) -> None:
    """In the plan and in the result: those that leave the document, and new ones that it does not bind."""
    page = add_account(world.vault, name="x/Unit", facts=Facts(force="norfolk")).id
    add_account(world.vault, name="x/Stays", facts=Facts(force="Kent Police"))
    rows = (
        "x,Unit,Kent Police\nx,Stays,Essex Police\nx,New,Kent Police\nx,Ours,Suffolk Constabulary\nx,Bare,\n"
    )
    file = world.folder / "accounts.csv"
    file.write_text("platform,handle,force\n" + rows)
    planned = imports.plan_import(world.vault, file.read_bytes(), Choices())
    assert (planned.released, planned.unbound) == ({2}, {4})
    everything = imports.plan_import(world.vault, file.read_bytes(), Choices(force="Kent Police"))
    assert everything.unbound == {4, 6}
    said = world.run("account", "import", str(file), "--yes").stderr
    for verb in ("would be", "are"):
        assert (
            f"1 account {verb} of a force that this document does not bind, and {verb} judged no more (row 2"
            in said
        )
        assert f"1 new account {verb} of a force that this document does not bind" in said
    assert [subject for subject, _ in found(world.vault)] == [page]


def test_who_changes_it_is_told_at_once(world: World) -> None:
    """And nothing is said where something else is changed."""
    add_account(world.vault, name="x/Unit", facts=Facts(force="norfolk"))
    said = world.run("account", "change", "x/Unit", "--force", "Kent Police").stderr
    assert "no document judges it any more" in said and "keyholder correct" in said
    assert "no document" not in world.run("account", "change", "x/Unit", "--type", "main").stderr
