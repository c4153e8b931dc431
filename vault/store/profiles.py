"""Read the policy profiles and the platform table from their files; the checks are the domain's.

Every refusal names file, line and key. A profile is named by its file name without ``.toml``; a further
document is a further file.
"""

from __future__ import annotations

import tomllib
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from vault.domain import calendar, platforms
from vault.domain.calendar import BankHolidays
from vault.domain.platforms import Platforms
from vault.domain.strict import Source
from vault.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from vault.domain.policy import Profile

POLICIES = Path(__file__).parent.parent / "policies"
_PLATFORMS = "platforms"
_HOLIDAYS = "bank_holidays"
_SHARED = (_PLATFORMS, _HOLIDAYS)  # beside the profiles, for all of them


def available(folder: Path = POLICIES) -> tuple[str, ...]:
    """The names of the profiles in ``folder``."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if path.stem not in _SHARED))


def load_platforms(folder: Path = POLICIES) -> Platforms:
    """The platform table."""
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
    from vault.domain import policy  # a name look-up needs the platforms only, and its start-up time counts

    values, source = _read(folder / f"{name}.toml")
    return policy.parse(
        values,
        source=source,
        name=name,
        platforms=load_platforms(folder),
        holidays=load_holidays(folder),
    )


def document_hash(name: str, folder: Path = POLICIES) -> str:
    """SHA-256 of a profile's file, in base64: what the log says was in force, byte for byte."""
    load_profile(name, folder)
    return b64encode(sha256((folder / f"{name}.toml").read_bytes()).digest()).decode()


def _read(path: Path) -> tuple[dict[str, object], Source]:
    """The file's values and its text; bytes that are not UTF-8, and TOML that is not, are refused."""
    try:
        text = path.read_bytes().decode()
    except OSError as exc:
        raise NotFound(f"{path.name} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise UsageProblem(f"{path.name}: byte {exc.start} is not UTF-8") from exc
    try:
        return tomllib.loads(text), Source(path.name, text)
    except tomllib.TOMLDecodeError as exc:
        # The parser's own words carry line and column, and for a repeated key its name.
        raise UsageProblem(f"{path.name}: {exc}", hint="correct the file; nothing was loaded") from exc
