"""What the words of a spreadsheet mean as codes, dates and components.

The log carries codes of closed lists only: words that are none of them become "other" or "unknown" there, and stay in
the sealed details as they were written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vault.domain.accounts import OTHER_FORCE, TYPES
from vault.domain.columns import Field
from vault.domain.exposure import BACKUP_CODES, PASSWORD, TOTP
from vault.domain.kinds.owner_kinds import OwnerKinds
from vault.domain.platforms import fold_name
from vault.domain.policy import Profile
from vault.errors import UsageProblem
from vault.ops import accounts
from vault.ops.bodies import parse_part

UNKNOWN, OTHER = "unknown", "other"
_FACTORS = {
    "authenticator_app": ("authenticator", "authenticatorapp", "app", "totp", "googleauthenticator"),
    "sms": ("sms", "text", "textmessage"),
    "phone": ("phone", "call", "mobile"),
    "email": ("email", "mail"),
    "security_key": ("securitykey", "yubikey", "fido", "passkey"),
    "backup_codes": ("backupcodes", "recoverycodes"),
}
_PARTS: Mapping[str, str] = {
    Field.PASSWORD: PASSWORD,
    Field.TOTP: TOTP,
    Field.BACKUP_CODES: BACKUP_CODES,
}
CODED: Mapping[str, str] = {
    Field.FORCE: "force",
    Field.OWNER_KIND: "owner_kind",
    Field.ACCOUNT_TYPE: "type",
    Field.CREATED: "created_on",
}
_ISO, _BRITISH = (
    re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ].*)?"),
    re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user says about the whole file: where a cell is empty, this counts."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    force: str | None = None
    owner_kind: str | None = None


def parts_of(secrets: Mapping[str, str]) -> dict[str, Any]:
    """The components as they are stored; `UsageProblem` for one that cannot be meant."""
    return {_PARTS[name]: parse_part(_PARTS[name], _lines(name, text)) for name, text in secrets.items()}


def _lines(name: str, text: str) -> str:
    """Backup codes stand in one cell, with whatever between them; the same one twice is one."""
    if name != Field.BACKUP_CODES:
        return text
    return "\n".join(dict.fromkeys(code for code in re.split(r"[\s,;|]+", text) if code))


def bad_part(secrets: Mapping[str, str]) -> str | None:
    """The first secret column whose cell cannot be meant."""
    for name, text in secrets.items():
        try:
            parts_of({name: text})
        except UsageProblem:
            return name
    return None


def codes_of(profile: Profile, said: Mapping[str, str], choices: Choices, *, today: str) -> dict[str, str]:
    """What of a row is a code; words that are none become "other" or "unknown" and stay in the details.

    A day after ``today`` is none: nothing was created on a day to come.
    """
    force = said.get(Field.FORCE) or choices.force
    codes = {"owner_kind": _owner_kind(profile, said.get(Field.OWNER_KIND) or choices.owner_kind)}
    if force:
        codes["force"] = accounts.force_code(profile, force)
    if kind := said.get(Field.ACCOUNT_TYPE):
        codes["type"] = _type(kind)
    if (day := day_of(said.get(Field.CREATED, ""))) and day <= today:
        codes["created_on"] = day
    return codes


def _owner_kind(profile: Profile, text: str | None) -> str:
    try:
        return accounts.owner_kind(profile, text) if text else UNKNOWN
    except UsageProblem:
        rule = profile.rule(OwnerKinds)
        return OTHER if rule is not None and rule.open_list else UNKNOWN


def doubts(profile: Profile, said: Mapping[str, str], *, today: str) -> tuple[str, ...]:
    """What of a row is none of the codes, and what becomes of it: said in the plan, without a cell's words."""
    found = []
    if text := said.get(Field.OWNER_KIND):
        code = _owner_kind(profile, text)
        if fold_name(text) != fold_name(code) and code in (OTHER, UNKNOWN):
            found.append(f"owner kind: not one that is known, registered as {code}; its words are kept")
    if (text := said.get(Field.ACCOUNT_TYPE)) and _type(text) == OTHER and fold_name(text) != OTHER:
        found.append("account type: not one that is known, registered as other; its words are kept")
    for name in (Field.CREATED, Field.LAST_USED):
        day = day_of(text) if (text := said.get(name)) else ""
        if day is None or day > today:
            why = "not a date that is understood" if day is None else "a day to come"
            found.append(f"{name.replace('_', ' ')}: {why}; kept as words")
    if (text := said.get(Field.SECOND_FACTOR)) and factor_kind(text) is None:
        found.append("second factor: not understood; kept as words")
    return tuple(found)


def _type(text: str) -> str:
    code = "_".join(text.casefold().replace("-", " ").split())
    return code if code in TYPES else OTHER


def day_of(text: str) -> str | None:
    """A whole date in one of two spellings, day before month; anything else stays words."""
    if found := _ISO.fullmatch(text.strip()):
        year, month, day = map(int, found.groups())
    elif found := _BRITISH.fullmatch(text.strip()):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def same_code(name: str, coded: Mapping[str, str], account: Mapping[str, Any]) -> bool:
    """Whether another spelling means the code that the register has; "other" and "unknown" say too little."""
    column = CODED.get(name)
    if column is None:
        return False
    value = coded.get(column)
    return value == account.get(column) and value not in (None, OTHER_FORCE, UNKNOWN)


def factor_kind(words: str) -> str | None:
    """The kind of second factor that the words name; None where they are not understood."""
    folded = "".join(char for char in words.casefold() if char.isalnum())
    return next((code for code, spellings in _FACTORS.items() if folded in spellings), None)
