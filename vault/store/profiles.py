"""Read the policy profiles and the platform table from their files; the checks are the domain's.

Every refusal names file, line and key. A profile is named by its file name without ``.toml``; a further
document is a further file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from vault.domain import calendar, cover
from vault.domain.calendar import BankHolidays
from vault.domain.cover import Cover
from vault.domain.strict import Source
from vault.errors import NotFound, UsageProblem
from vault.store import covers, policy_text
from vault.store.policy_text import POLICIES
from vault.store.shared import blob_name

if TYPE_CHECKING:
    from vault.domain.platforms import Platforms
    from vault.domain.policy import Profile

_PLATFORMS = "platforms"
_HOLIDAYS = "bank_holidays"
_SHARED = (_PLATFORMS, _HOLIDAYS)  # beside the profiles, for all of them


def available(folder: Path = POLICIES) -> tuple[str, ...]:
    """The names of the profiles in ``folder``."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if path.stem not in _SHARED))


def load_platforms(folder: Path = POLICIES) -> Platforms:
    """The platform table."""
    from vault.domain import platforms  # a cover does without, and its start-up time counts

    values, source = _read(folder / f"{_PLATFORMS}.toml")
    return platforms.parse(values, source=source)


def load_holidays(folder: Path = POLICIES) -> dict[str, BankHolidays]:
    """The bank holidays of each region."""
    values, source = _read(folder / f"{_HOLIDAYS}.toml")
    return calendar.read_holidays(values, source=source)


def load_profile(name: str, folder: Path = POLICIES) -> Profile:
    """The profile of that name, checked against the platform table beside it."""
    if name not in available(folder):
        raise NotFound(
            f"there is no policy profile {name!r}", hint=f"there are: {', '.join(available(folder))}"
        )
    return read_profile((folder / f"{name}.toml").read_bytes(), name, folder)


def read_profile(raw: bytes, name: str, folder: Path = POLICIES) -> Profile:
    """A document's text, wherever it was kept, checked against the platforms and bank holidays of the folder."""
    from vault.domain import (
        policy_file,  # a name look-up needs the platforms only, and its start-up time counts
    )

    values, source = _parsed(raw, f"{name}.toml")
    return policy_file.parse(
        values,
        source=source,
        name=name,
        platforms=load_platforms(folder),
        holidays=load_holidays(folder),
    )


def load_cover(name: str, folder: Path = POLICIES) -> Cover:
    """What lists say of the profile of that name; refused as the whole is, where it has not the form."""
    raw = policy_text.text(name, folder) if name in available(folder) else b""
    return covers.known(blob_name(raw), name) or read_cover(raw, name) or cover.of(load_profile(name, folder))


def read_cover(raw: bytes, name: str) -> Cover | None:
    """The same of a text, wherever it was kept; None where it has not the form."""
    try:
        return cover.read(_parsed(raw, f"{name}.toml")[0], name=name)
    except UsageProblem:
        return None


def document(name: str, folder: Path = POLICIES) -> bytes:
    """A profile's file, checked: what is chosen is kept byte for byte, and named by its SHA-256 in the log."""
    load_profile(name, folder)
    return policy_text.text(name, folder)


def _read(path: Path) -> tuple[dict[str, object], Source]:
    """The file's values and its text; bytes that are not UTF-8, and TOML that is not, are refused."""
    try:
        return _parsed(path.read_bytes(), path.name)
    except OSError as exc:
        raise NotFound(f"{path.name} cannot be read: {exc.strerror}") from exc


def _parsed(raw: bytes, name: str) -> tuple[dict[str, object], Source]:
    try:
        text = raw.decode()
        return tomllib.loads(text), Source(name, text)
    except UnicodeDecodeError as exc:
        raise UsageProblem(f"{name}: byte {exc.start} is not UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        # The parser's own words carry line and column, and for a repeated key its name.
        raise UsageProblem(f"{name}: {exc}", hint="correct the file; nothing was loaded") from exc
    except (ValueError, RecursionError) as exc:
        # The parser leaves these to its caller: a number of thousands of digits, tables without end. A document that
        # an administrator chose is read by every client, and must stop none.
        raise UsageProblem(f"{name} holds a number or a nesting that nobody means") from exc
