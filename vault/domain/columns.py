"""Which column of a spreadsheet holds what: many spellings, the known exports, and the user's own word.

Nothing is guessed silently: a header is understood because it is in this table, belongs to a known export, or
was mapped by the user (by its letter, as in a spreadsheet, or by its header). Everything else is listed as
not understood and not taken; two columns for one field are an ambiguity, and the second is not taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vault.errors import UsageProblem

IGNORE = "ignore"


class Field(StrEnum):
    """What a column can hold."""

    PLATFORM = "platform"
    HANDLE = "handle"
    URL = "url"
    FORCE = "force"
    OWNER = "owner"
    OWNER_KIND = "owner_kind"
    ACCOUNT_TYPE = "account_type"
    EMAIL = "email"
    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - the name of a field
    TOTP = "totp"
    BACKUP_CODES = "backup_codes"
    LINE_MANAGER = "line_manager"
    ADMINISTRATOR = "administrator"
    HOLDER = "holder"
    NOTES = "notes"
    CREATED = "created"
    LAST_USED = "last_used"
    SECOND_FACTOR = "second_factor"
    RECOVERY_EMAIL = "recovery_email"
    RECOVERY_PHONE = "recovery_phone"
    TITLE = "title"
    LOCAL_NAME = "local_name"
    WIKIDATA_ID = "wikidata_id"
    LOCATION = "location"
    WEBSITE = "website"


SECRETS = (Field.PASSWORD, Field.TOTP, Field.BACKUP_CODES)
KEPT_AS_NOTE = (Field.TITLE, Field.LOCAL_NAME, Field.WIKIDATA_ID, Field.LOCATION, Field.WEBSITE)
NAMING = (Field.HANDLE, Field.URL, Field.LOGIN)

_SPELLINGS: Mapping[Field, str] = {
    Field.PLATFORM: "platform, social media platform, channel, network, social network, service",
    Field.HANDLE: "handle, account, account name, screen name, page, page name, profile name, name",
    Field.URL: "url, link, address, web address, account url, page url, profile url, login uri, uri",
    Field.FORCE: "force, organisation, organization, police force, constabulary, org",
    Field.OWNER: "owner, owning team, owner team, team, account owner, owned by, department, unit",
    Field.OWNER_KIND: "owner kind, owner type, kind of owner",
    Field.ACCOUNT_TYPE: "account type, type, type of account, category, purpose",
    Field.EMAIL: "email, email address, registered email, account email, mail",
    Field.LOGIN: "login, username, user, user id, login name, login username, sign in",
    Field.PASSWORD: "password, pass, pwd, passwd, passphrase, current password, login password, pw",
    Field.TOTP: "totp, totp seed, otp, otpauth, otp secret, login totp, authenticator key, 2fa secret",
    Field.BACKUP_CODES: "backup codes, backup code, recovery codes, 2fa codes, backup",
    Field.LINE_MANAGER: "line manager, lm, manager, supervisor",
    Field.ADMINISTRATOR: "administrator, admin, account administrator, page admin, account admin",
    Field.HOLDER: "holder, holders, held by, access, who has access, users",
    Field.NOTES: "notes, note, comments, comment, remarks, extra, information",
    Field.CREATED: "created, created on, date created, creation date, opened, set up, date set up",
    Field.LAST_USED: "last used, last use, last post, last posted, last active, date last used",
    Field.SECOND_FACTOR: "second factor, 2fa, mfa, two factor, 2 factor, 2sv, two step verification",
    Field.RECOVERY_EMAIL: "recovery email, backup email, recovery mail, alternative email",
    Field.RECOVERY_PHONE: "recovery phone, recovery mobile, phone, phone number, mobile, backup phone",
    Field.TITLE: "title",
    Field.LOCAL_NAME: "local name",
    Field.WIKIDATA_ID: "wikidata id, wikidata",
    Field.LOCATION: "location",
    Field.WEBSITE: "website, homepage",
}

# An export is recognised by headers that only it has together; there a word may mean something of its own.
_EXPORTS: tuple[tuple[str, str, Mapping[str, Field | None]], ...] = (
    (
        "Bitwarden",
        "folder, type, login_uri, login_username, login_password",
        {"folder": None, "favorite": None, "type": None, "name": Field.TITLE, "reprompt": None},
    ),
    (
        "LastPass",
        "url, username, password, extra, name, grouping",
        {"name": Field.TITLE, "grouping": None, "fav": None},
    ),
    (
        "Firefox",
        "url, username, password, httpRealm, formActionOrigin",
        {
            "httprealm": None,
            "formactionorigin": None,
            "guid": None,
            "timecreated": None,
            "timelastused": None,
            "timepasswordchanged": None,
        },
    ),
    (
        "1Password",
        "title, url, username, password, otpauth",
        {"favorite": None, "archived": None, "tags": None},
    ),
    (
        "KeePassXC",
        "group, title, username, password, url",
        {"group": None, "icon": None, "lastmodified": None, "created": None},
    ),
    ("Chrome", "name, url, username, password", {"name": Field.TITLE}),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table holds, by its position from 0."""

    fields: Mapping[int, Field]
    not_understood: tuple[str, ...]
    not_taken: tuple[str, ...]
    source: str = ""

    @property
    def has_passwords(self) -> bool:
        """Whether some column is meant for a secret."""
        return any(field in SECRETS for field in self.fields.values())


def fold_header(text: str) -> str:
    """The spelling by which headers are compared: letters and digits only."""
    return "".join(char for char in text.casefold() if char.isalnum())


_FIELD_OF = {fold_header(word): field for field, words in _SPELLINGS.items() for word in words.split(",")}
_EXPORT_HEADERS = tuple(
    (name, frozenset(map(fold_header, words.split(","))), meanings) for name, words, meanings in _EXPORTS
)


def letter(position: int) -> str:
    """The spreadsheet letter of a column: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_name(position: int, header: Sequence[str]) -> str:
    """A column as a person finds it: its letter and its header."""
    words = header[position].strip() if position < len(header) else ""
    return f"{letter(position)} ({words})" if words else letter(position)


def recognised(header: Sequence[str]) -> int:
    """How many cells of a row are headers known here."""
    return sum(fold_header(cell) in _FIELD_OF for cell in header)


def understand(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """Say what each column holds; ``mapping`` (letter or header to field, or "ignore") wins."""
    chosen = _chosen(header, mapping or {})
    source, meanings = _export(header)
    fields: dict[int, Field] = {position: field for position, field in chosen.items() if field}
    not_understood: list[str] = []
    not_taken: list[str] = []
    for position, cell in enumerate(header):
        if position in chosen:
            continue
        folded = fold_header(cell)
        field = meanings[folded] if folded in meanings else _FIELD_OF.get(folded)
        if field and field not in fields.values():
            fields[position] = field
        elif folded in meanings and not field:
            not_taken.append(column_name(position, header))
        else:
            not_understood.append(column_name(position, header))
    return Columns(fields, tuple(not_understood), tuple(not_taken), source)


def _export(header: Sequence[str]) -> tuple[str, Mapping[str, Field | None]]:
    """The known export that this is, or none. A list with a platform column is somebody's own."""
    cells = {fold_header(cell) for cell in header}
    if not any(_FIELD_OF.get(cell) in (Field.PLATFORM, Field.HANDLE) and cell != "name" for cell in cells):
        for name, needed, meanings in _EXPORT_HEADERS:
            if needed <= cells:
                return name, meanings
    return "", {}


def _chosen(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, Field | None]:
    """The user's mapping by position; None where the column is to be ignored."""
    chosen: dict[int, Field | None] = {}
    for column, meaning in mapping.items():
        position = _position(column, header)
        if meaning != IGNORE and meaning not in tuple(Field):
            raise UsageProblem(
                f"a column cannot hold {meaning!r}", hint=f"one of {', '.join(Field)}, or {IGNORE}"
            )
        field = None if meaning == IGNORE else Field(meaning)
        if position in chosen or (field and field in chosen.values()):
            raise UsageProblem(f"the mapping names {column_name(position, header)} or {meaning} twice")
        chosen[position] = field
    return chosen


def _position(column: str, header: Sequence[str]) -> int:
    """The column meant: by its header first, else by its letter."""
    by_header = [n for n, cell in enumerate(header) if cell.strip().casefold() == column.strip().casefold()]
    by_letter = [n for n in range(len(header)) if letter(n) == column.strip().upper()]
    found = by_header or by_letter
    if len(found) != 1:
        raise UsageProblem(
            f"there is {'more than one' if found else 'no'} column {column.strip()!r}",
            hint="name a column by its letter, as A or B",
        )
    return found[0]
