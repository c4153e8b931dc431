"""Profiles on disk: found by name, refused with file and place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vault.errors import NotFound, UsageProblem
from vault.store.profiles import POLICIES, available, load_platforms, load_profile


def test_every_profile_that_ships_loads() -> None:
    """Each profile beside the platform table is valid, and carries its own name."""
    assert "norfolk_suffolk" in available()
    assert "platforms" not in available()
    assert [load_profile(name).name for name in available()] == list(available())


@pytest.mark.parametrize("name", ["", "nowhere", "platforms", "../policies/norfolk_suffolk"])
def test_only_profiles_of_the_folder(name: str) -> None:
    """A name is one of the folder's profiles, never a path."""
    with pytest.raises(NotFound, match="no policy profile") as caught:
        load_profile(name)
    assert "norfolk_suffolk" in caught.value.hint


def test_a_further_document_is_a_further_file(tmp_path: Path) -> None:
    """A new profile needs a file and nothing else."""
    for path in POLICIES.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('name = "norfolk_suffolk"', 'name = "sixth"')
        (tmp_path / path.name.replace("norfolk_suffolk", "sixth")).write_text(text, encoding="utf-8")
    assert "sixth" in available(tmp_path)
    assert load_profile("sixth", tmp_path).rule("approval_chain")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"[platforms", "platforms.toml: Expected '\\]'"),
        (b"a = 1 b\n", r"platforms.toml: .*at line 1, column 7"),
        (b"a = 1\na = 2\n", "platforms.toml: "),
        (b"a = '\xff'", "platforms.toml: byte 5 is not UTF-8"),
        (b"[plutforms]", "platforms.toml: platforms is missing"),
        (b"[platforms]\n[platforms.x]\nname = 1\n", "platforms.toml, line 2: platforms.x.address is missing"),
    ],
)
def test_damaged_files(tmp_path: Path, raw: bytes, why: str) -> None:
    """Bytes that are no TOML, and TOML that is no table of platforms, are refused with the place."""
    (tmp_path / "platforms.toml").write_bytes(raw)
    with pytest.raises(UsageProblem, match=why):
        load_platforms(tmp_path)


def test_a_missing_table(tmp_path: Path) -> None:
    """A folder without the platform table is said, not passed over."""
    with pytest.raises(NotFound, match=re.escape("platforms.toml cannot be read")):
        load_platforms(tmp_path)
