"""Columns: what a header means, in a list of one's own and in the known exports."""

from __future__ import annotations

import pytest

from vault.domain.columns import Field, column_name, letter, understand
from vault.errors import UsageProblem

EXPORTS = {
    "LastPass": (
        "url,username,password,extra,name,grouping,fav",
        "url login password notes title",
        "F (grouping) G (fav)",
    ),
    "Chrome": ("name,url,username,password,note", "title url login password notes", ""),
    "Firefox": (
        "url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged",
        "url login password",
        "D (httpRealm) E (formActionOrigin) F (guid) G (timeCreated) H (timeLastUsed) I (timePasswordChanged)",
    ),
    "Bitwarden": (
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp",
        "title notes url login password totp",
        "A (folder) B (favorite) C (type) G (reprompt)",
    ),
    "1Password": (
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes",
        "title url login password totp notes",
        "F (Favorite) G (Archived) H (Tags)",
    ),
    "KeePassXC": (
        "Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created",
        "title login password url notes totp",
        "A (Group) H (Icon) I (Last Modified) J (Created)",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_known_exports(name: str) -> None:
    """Each known export is recognised by its headers; what is not taken from it is named."""
    header, fields, not_taken = EXPORTS[name]
    columns = understand(header.split(","))
    assert columns.source == name
    assert " ".join(columns.fields[at] for at in sorted(columns.fields)) == fields
    assert " ".join(columns.not_taken) == not_taken
    assert columns.not_understood == (("F (fields)",) if name == "Bitwarden" else ())
    assert columns.has_passwords


SPELLINGS = {
    "Social Media Platform": Field.PLATFORM,
    " ACCOUNT NAME ": Field.HANDLE,
    "Web-address": Field.URL,
    "Organisation": Field.FORCE,
    "Owning team": Field.OWNER,
    "Owner kind": Field.OWNER_KIND,
    "Type": Field.ACCOUNT_TYPE,
    "E-mail": Field.EMAIL,
    "User name": Field.LOGIN,
    "PW": Field.PASSWORD,
    "OTP Auth": Field.TOTP,
    "Backup codes": Field.BACKUP_CODES,
    "Line Manager": Field.LINE_MANAGER,
    "Page admin": Field.ADMINISTRATOR,
    "Who has access": Field.HOLDER,
    "Comments": Field.NOTES,
    "Date created": Field.CREATED,
    "Last post": Field.LAST_USED,
    "2FA": Field.SECOND_FACTOR,
    "Recovery e-mail": Field.RECOVERY_EMAIL,
    "Mobile": Field.RECOVERY_PHONE,
    "local_name": Field.LOCAL_NAME,
    "wikidata_id": Field.WIKIDATA_ID,
    "Location": Field.LOCATION,
    "Website": Field.WEBSITE,
    "Title": Field.TITLE,
}


@pytest.mark.parametrize("header", SPELLINGS)
def test_spellings(header: str) -> None:
    """Each way of heading a column is understood."""
    assert understand([header]).fields == {0: SPELLINGS[header]}


def test_every_field_can_be_reached() -> None:
    """No field is without a spelling, and each field's own name is one."""
    assert set(SPELLINGS.values()) == set(Field)
    assert all(understand([field]).fields == {0: field} for field in Field)


def test_what_is_not_understood_is_named() -> None:
    """Unknown headers, a second column for a field, and headless columns are named and not taken."""
    columns = understand(["Platform", "Handle", "Shoe size", "Channel", ""])
    assert columns.fields == {0: Field.PLATFORM, 1: Field.HANDLE}
    assert columns.not_understood == ("C (Shoe size)", "D (Channel)", "E")
    assert not columns.has_passwords
    assert columns.source == ""


def test_own_list_beats_export() -> None:
    """A list with a platform column is somebody's own, even with an export's headers in it."""
    columns = understand(["platform", "name", "url", "username", "password"])
    assert columns.source == ""
    assert columns.fields[1] is Field.HANDLE


def test_mapping_wins() -> None:
    """The user's word goes by header first, then by letter; ignore leaves a column out."""
    columns = understand(["Platform", "Wer", "B", "Password"], {"wer": "handle", "b": "notes", "D": "ignore"})
    assert columns.fields == {0: Field.PLATFORM, 1: Field.HANDLE, 2: Field.NOTES}
    assert columns.not_understood == ()


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ({"Z": "handle"}, "no column 'Z'"),
        ({"Same": "handle"}, "more than one column 'Same'"),
        ({"A": "shoe"}, "cannot hold 'shoe'"),
        ({"A": "handle", "platform": "url"}, "twice"),
        ({"A": "handle", "B": "handle"}, "twice"),
    ],
)
def test_mapping_is_checked(mapping: dict[str, str], why: str) -> None:
    """A mapping that names no column, no field, or one of them twice is refused."""
    with pytest.raises(UsageProblem, match=why):
        understand(["Platform", "Same", "Same"], mapping)


def test_letters() -> None:
    """Columns are named as a spreadsheet names them."""
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    assert column_name(1, ["x", " Handle "]) == "B (Handle)"
    assert column_name(5, ["x"]) == "F"
