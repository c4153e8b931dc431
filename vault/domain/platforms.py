"""What the vault knows about each platform: names, web addresses, handle rules, password limits and doors.

It is data (``platforms.toml``), read elsewhere and handed in as a mapping: a platform that opens tomorrow, or
a limit that changes, needs no line of code. Values are cautious where the platform does not publish them;
``last_confirmed`` is None as long as nobody has confirmed them with the platform, and is shown with them.

A *door* is a way in that a new password alone does not shut: a rotation is done when each has been seen to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from vault.domain.strict import Reader, Source
from vault.errors import UsageProblem


class Door(StrEnum):
    """A way into an account beside its password."""

    SESSIONS = "sessions"
    APP_PASSWORDS = "app_passwords"
    CONNECTED_TOOLS = "connected_tools"
    TOTP = "totp"
    BACKUP_CODES = "backup_codes"
    RECOVERY_EMAIL = "recovery_email"
    RECOVERY_PHONE = "recovery_phone"


class Address(StrEnum):
    """How an account's web address is built."""

    PATH = "path"  # the account is the first step of the path on the platform's own host
    FEDERATED = "federated"  # user@server: any host may be a server
    OWN_SITE = "own_site"  # the host (and path) is the account


class HandleRules(NamedTuple):
    """What a handle of the platform looks like. A handle that breaks them is a fact with a warning."""

    max_length: int
    letters: str
    symbols: str
    ignored: str


class AddressRules(NamedTuple):
    """How to find the account in a web address."""

    form: Address
    hosts: tuple[str, ...]
    dropped: tuple[str, ...]
    kept: tuple[str, ...]
    named_ids: tuple[str, ...]
    query_id: str
    not_accounts: tuple[str, ...]


class PasswordLimits(NamedTuple):
    """The lengths and symbols that the platform is trusted to take; ``digits_only`` for a PIN."""

    least: int
    most: int
    symbols: str
    digits_only: bool


class Platform(NamedTuple):
    """One platform."""

    code: str
    name: str
    aliases: tuple[str, ...]
    retired: bool
    address: AddressRules
    handle: HandleRules
    password: PasswordLimits
    doors: frozenset[Door]
    last_confirmed: date | None


class Platforms(NamedTuple):
    """All platforms, found by code, name, alias or host."""

    by_code: Mapping[str, Platform]
    by_name: Mapping[str, Platform]
    by_host: Mapping[str, Platform]

    def named(self, text: str) -> Platform:
        """The platform with that code, name or alias, however it is spelled."""
        platform = self.by_name.get(fold_name(text))
        if platform is None:
            raise UsageProblem(
                "no platform of that name is known",
                hint=f"one of {', '.join(self.by_code)}",
            )
        return platform

    def at(self, host: str) -> Platform | None:
        """The platform whose host, or a subdomain of it, this is."""
        labels = host.split(".")
        return next(
            (self.by_host[h] for i in range(len(labels)) if (h := ".".join(labels[i:])) in self.by_host), None
        )


def fold_name(text: str) -> str:
    """The spelling by which platform names are compared: letters and digits only, + spelled out."""
    return "".join(char for char in text.casefold().replace("+", "plus") if char.isalnum())


def parse(values: Mapping[str, object], *, source: Source) -> Platforms:
    """Check the whole table and index it; a name or host that two platforms claim is refused."""
    by_code: dict[str, Platform] = {}
    by_name: dict[str, Platform] = {}
    by_host: dict[str, Platform] = {}
    with Reader(values, source) as whole, whole.table("platforms") as table:
        for code, entry in table.named():
            with entry:
                platform = by_code[code] = _platform(code, entry)
            for name in dict.fromkeys(fold_name(name) for name in (code, platform.name, *platform.aliases)):
                _claim(by_name, name, platform, entry, "aliases")
            for host in platform.address.hosts:
                _claim(by_host, host, platform, entry, "hosts")
        if not by_code:
            table.refuse("must not be empty")
    return Platforms(by_code, by_name, by_host)


def _claim(index: dict[str, Platform], name: str, platform: Platform, entry: Reader, key: str) -> None:
    if name in index:
        entry.refuse(f"claims what {index[name].code} has already", key)
    index[name] = platform


def _platform(code: str, entry: Reader) -> Platform:
    if not (code.isascii() and code.isalnum() and code.islower()):
        entry.refuse("must be a code of lower-case letters")
    with (
        entry.table("address") as address,
        entry.table("handle") as handle,
        entry.table("password") as password,
    ):
        return Platform(
            code=code,
            name=entry.text("name"),
            aliases=entry.texts("aliases", empty=True),
            retired=entry.flag("retired"),
            address=_address(address),
            handle=_handle(handle),
            password=_password(password),
            doors=frozenset(map(Door, entry.texts("doors", allowed=tuple(Door)))),
            last_confirmed=entry.blank_or_day("last_confirmed", blank="never"),
        )


def _address(table: Reader) -> AddressRules:
    return AddressRules(
        form=Address(table.choice("form", tuple(Address)) if table.has("form") else Address.PATH),
        hosts=table.texts("hosts", empty=True),
        dropped=_optional(table, "dropped"),
        kept=_optional(table, "kept"),
        named_ids=_optional(table, "named_ids"),
        query_id=table.text("query_id") if table.has("query_id") else "",
        not_accounts=_optional(table, "not_accounts"),
    )


def _optional(table: Reader, key: str) -> tuple[str, ...]:
    return table.texts(key) if table.has(key) else ()


def _handle(table: Reader) -> HandleRules:
    return HandleRules(
        max_length=table.number("max_length", least=1),
        letters=table.choice("letters", ("ascii", "any")),
        symbols=table.text("symbols", blank=True),
        ignored=table.text("ignored") if table.has("ignored") else "",
    )


def _password(table: Reader) -> PasswordLimits:
    limits = PasswordLimits(
        least=table.number("min", least=1),
        most=table.number("max", least=1),
        symbols=table.text("symbols", blank=True),
        digits_only=table.has("digits_only") and table.flag("digits_only"),
    )
    if limits.least > limits.most:
        table.refuse("is below min", "max")
    if not limits.symbols.isascii() or any(
        char.isalnum() or not char.isprintable() for char in limits.symbols
    ):
        table.refuse("must be ASCII punctuation", "symbols")
    return limits
