"""The covers that were read beforehand are those of the texts, and of no other text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vault.store import covers, policy_text, profiles
from vault.store.shared import blob_name


def test_the_file_is_current() -> None:
    """What is shipped is what the documents give today."""
    assert covers.FILE.read_text(encoding="utf-8") == covers.index(), "write it anew: make docs"


@pytest.mark.parametrize("name", profiles.available())
def test_each_is_that_of_its_text(name: str) -> None:
    """Of every shipped document, as its text is read."""
    raw = policy_text.text(name)
    assert covers.known(blob_name(raw), name) == profiles.read_cover(raw, name)


def test_another_text_is_read_itself(tmp_path: Path) -> None:
    """A force that was renamed in the file shows by its new name, though the profile is called the same."""
    for path in policy_text.POLICIES.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "norfolk_suffolk.toml"
    changed.write_text(changed.read_text(encoding="utf-8").replace("Norfolk Const", "Broads Const"), "utf-8")
    assert covers.known(blob_name(changed.read_bytes()), "norfolk_suffolk") is None
    assert profiles.load_cover("norfolk_suffolk", tmp_path).forces["norfolk"] == "Broads Constabulary"


def test_an_installation_without_the_file_reads_the_text(tmp_path: Path) -> None:
    """It saves time and says nothing of its own."""
    digest = next(iter(json.loads(covers.FILE.read_bytes())))
    assert covers.known(digest, "x") is not None
    assert covers.known(digest, "x", tmp_path / "covers.json") is None
