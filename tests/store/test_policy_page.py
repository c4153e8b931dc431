"""The page of the policies: current, complete, and kind to what was written by hand."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.policies.sixth import PROFILES, SHIPPED, load
from vault.domain.kinds.registry import KINDS
from vault.store import policy_page

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"


def test_the_page_is_current() -> None:
    """The page in the repository is what the profiles give today."""
    old = PAGE.read_text(encoding="utf-8")
    assert policy_page.renewed(old) == old, "write it anew: see its first line"


def test_every_clause_decision_and_rule_is_on_it() -> None:
    """Nothing of a profile is left out, and a document's silence is said."""
    text = policy_page.page(list(SHIPPED.values()))
    for profile in SHIPPED.values():
        assert all(f"\n| {key} | {clause.where} | " in text for key, clause in profile.clauses.items())
        assert all(f"\n| {key} | {decision.question}" in text for key, decision in profile.decisions.items())
    for kind in KINDS:
        row = next(line for line in text.splitlines() if line.startswith(f"| {kind} |"))
        silent = sum(profile.rule(kind) is None for profile in SHIPPED.values())
        assert row.count(policy_page.NONE) == silent


def test_a_further_document_is_a_further_column() -> None:
    """A document without ambiguous clauses has no such heading, and a bar in a text breaks no table."""
    text = policy_page.page([load(_plain())])
    assert "Other readings" not in text
    assert "Which&#124;what desk?" in text
    assert "| rule | `elsewhere` |" in text
    assert "EL-1 (with EL-2)" in text
    assert "Other readings" in policy_page.page([PROFILES["elsewhere"]])


def _plain() -> str:
    from tests.policies.sixth import TEXT

    kept = [line for line in TEXT.splitlines() if not line.startswith("alternatives")]
    return "\n".join(kept).replace("Which desk?", "Which|what desk?")


def test_what_was_written_by_hand_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new page ends with the mark; a renewed one keeps what follows it."""
    file = tmp_path / "policies.md"
    policy_page.main(str(file))
    fresh = file.read_text(encoding="utf-8")
    assert fresh.endswith(f"\n{policy_page.KEPT}\n")
    file.write_text(f"old\n{policy_page.KEPT}\n\nNotes.\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["policy_page", str(file)])
    monkeypatch.delitem(sys.modules, "vault.store.policy_page")
    runpy.run_module("vault.store.policy_page", run_name="__main__")
    assert file.read_text(encoding="utf-8") == f"{fresh}\nNotes.\n"
