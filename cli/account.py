"""`keyholder account`: corporate accounts on the platforms, as facts, and as a worklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.opening import open_vault
from cli.options import DAY, DAY_AHEAD, MOMENT, App, group
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import date, datetime

    from vault.domain.gates import Shortfall
    from vault.ops.accounts import Added, Channel, Facts, Tell
    from vault.ops.session import Vault

_F = TypeVar("_F", bound=Callable[..., object])
_AT = "When it happened; now, where it is not given."
FREEZE_REASONS = ("non-adherence", "incident", "security", "missed-training", "dormant", "other")
ENDINGS = (
    "campaign_over",
    "event_over",
    "incident_over",
    "investigation_over",
    "operation_over",
    "trial_over",
    "website_live",
    "other",
)
STATES = ("open", "frozen", "closed")
FACTORS = ("authenticator_app", "sms", "phone", "email", "security_key", "backup_codes", "none")
LACKING = ("secret", "account_administrator", "holder", "line_manager")


@group("account")
def account() -> None:
    """Corporate accounts: requested and opened, or in existence and registered; named platform/handle."""


def fact_options(function: _F) -> _F:
    """The options that say what an account is."""
    for option in (
        click.option("--note", metavar="TEXT", help="Words kept beside it; sealed."),
        click.option("--login", metavar="NAME", help="The sign-in name, where it is not the handle."),
        click.option("--email", metavar="ADDRESS", help="The e-mail address that it is registered with."),
        click.option("--created", type=DAY, metavar="DATE", help="When it was set up on the platform."),
        click.option("--team", metavar="TEAM", help="The owning team."),
        click.option("--force", metavar="FORCE", help="The force that it speaks for."),
        click.option("--type", "type_", metavar="TYPE", help="main, local, campaign, event …"),
        click.option("--owner-kind", metavar="KIND", help="department, specialist_area, team, district …"),
    ):
        function = option(function)
    return function


def end_options(function: _F) -> _F:
    """The options that say when a temporary account ends."""
    for option in (
        click.option(
            "--ends-upon", type=click.Choice(ENDINGS), help="The event that ends it, if it is temporary."
        ),
        click.option(
            "--ends", type=DAY_AHEAD, metavar="DATE", help="The day on which it ends, if it is temporary."
        ),
    ):
        function = option(function)
    return function


def facts(
    vault: Vault,
    *,
    created: date | None,
    type_: str | None,
    team: str | None,
    ends: date | None = None,
    **given: Any,
) -> Facts:
    """What the options say."""
    from vault.domain.accounts import TYPES
    from vault.ops.accounts import Facts
    from vault.ops.people import check_address

    check_address(given.get("email") or "")
    if type_ is not None and type_ not in TYPES:
        raise UsageProblem("that is no type of account known here", hint=f"one of {', '.join(TYPES)}")
    return Facts(
        type=type_,
        created_on=created.isoformat() if created else None,
        ends_on=ends.isoformat() if ends else None,
        team=vault.names.find("team", team) if team else None,
        **given,
    )


def added(app: App, done: Added) -> None:
    """The id on stdout; what is odd or missing beside it."""
    app.context.changed = True
    for words in done.warnings:
        app.out.note(f"{done.name}: the handle {words}")
    shortfalls(app, done.findings)
    app.out.record({"id": done.id, "name": done.name})


def shortfalls(app: App, found: tuple[Shortfall, ...]) -> None:
    """Where a fact falls short, with the clause."""
    for one in found:
        app.out.note(f"finding: {one.text}" + (f" [{one.clause}]" if one.clause else ""))


def tell(app: App, steps: tuple[Tell, ...]) -> None:
    """Who is to be told now."""
    for step in steps:
        whom = ", ".join(recipient.replace("_", " ") for recipient in step.recipients)
        where = f" ({step.mailbox})" if step.mailbox else ""
        app.out.note(f"tell: {whom}{where} [{step.clause}]")


@account.command(
    "add", example="keyholder account add x/ExamplePolice --owner-kind department --type main --force FORCE"
)
@click.argument("name", metavar="PLATFORM/HANDLE")
@fact_options
@end_options
def add(app: App, *, name: str, **given: Any) -> None:
    """Register an account that exists. Missing paperwork is a finding, never a reason to leave it out."""
    from vault.ops import accounts

    vault = open_vault(app)
    added(app, accounts.add_account(vault, name=name, facts=facts(vault, **given)))


@account.command(
    "change", example="keyholder account change x/ExamplePolice --second-factor sms --on 'Ada phone'"
)
@click.argument("name", metavar="ACCOUNT")
@click.option("--handle", metavar="HANDLE", help="Its new handle on the same platform.")
@fact_options
@click.option("--second-factor", type=click.Choice(FACTORS), help="The kind of second factor; none ends it.")
@click.option("--recovery-email", metavar="ADDRESS", help="Where the platform sends a recovery link.")
@click.option("--recovery-phone", metavar="NUMBER", help="Where the platform sends a recovery code.")
@click.option(
    "--on", metavar="DEVICE|PERSON", help="The device, or the person, that this channel lives with."
)
def change(app: App, *, name: str, handle: str | None, on: str | None, **given: Any) -> None:
    """Record what has changed on the platform, and where its second factor and recovery live."""
    from vault.ops import accounts, forces

    vault = open_vault(app)
    force_given = given["force"] is not None
    said = {key: given.pop(key) for key in ("second_factor", "recovery_email", "recovery_phone")}
    account = vault.names.find("account", name)
    steps = accounts.change_account(
        vault,
        account=account,
        facts=facts(vault, **given),
        rename=handle,
        channels=_channels(vault, said, on),
    )
    app.context.changed = True
    app.out.note(f"{name}: changed")
    if any(said.values()) and on:
        _say_if_out_of_use(app, vault, on)
    for one in forces.lifted(vault, account) if force_given else ():
        app.out.note(f"finding: {one.words}; next: {one.next}")
    tell(app, steps)


def _channels(vault: Vault, said: dict[str, str | None], on: str | None) -> tuple[Channel, ...]:
    from vault.ops.accounts import Channel

    if on and not any(said.values()):
        raise UsageProblem("--on says where a channel lives: which one?", hint="give --second-factor too")
    where = _lives_with(vault, on) if on else {}
    kinds = {"recovery_email": "email", "recovery_phone": "phone"}
    return tuple(
        Channel(
            channel=channel,
            kind=kinds.get(channel, value),
            address=value if channel in kinds else None,
            **where,
        )
        for channel, value in said.items()
        if value
    )


def _lives_with(vault: Vault, on: str) -> dict[str, str]:
    """A device by its nickname, else a person; both by that name is a question, not a guess."""
    device, person = vault.names.search("device", on), vault.names.search("person", on)
    if device and person:
        raise UsageProblem("a device and a person have that name", hint=f"use an id: {device} or {person}")
    return {"device": device} if device else {"person": person or vault.names.find("device", on)}


def _say_if_out_of_use(app: App, vault: Vault, on: str) -> None:
    """That a channel lives on it is a fact; that nobody is to have it any more is said."""
    device = vault.state.get("device", id=vault.names.search("device", on))
    if device is not None and device["state"] != "in_use":
        app.out.note(f"finding: the register has {on} as {device['state']}, and a login depends on it now")


@account.command("freeze", example="keyholder account freeze x/ExamplePolice")
@click.argument("name", metavar="ACCOUNT")
@click.option("--on", type=MOMENT, metavar="DATE", help=_AT)
@click.option(
    "--reason", type=click.Choice(FREEZE_REASONS), help="Why; some policies ask for more before it goes on."
)
def freeze(app: App, *, name: str, on: datetime | None, reason: str | None) -> None:
    """Suspend an account: nothing new is given on it until it is unfrozen."""
    from vault.ops import accounts
    from vault.ops.session import moment

    vault = open_vault(app)
    accounts.freeze(
        vault,
        account=vault.names.find("account", name),
        at=moment(on) if on else None,
        reason=reason.replace("-", "_") if reason else None,
    )
    app.context.changed = True
    app.out.note(f"{name}: frozen")


@account.command("unfreeze", example="keyholder account unfreeze x/ExamplePolice")
@click.argument("name", metavar="ACCOUNT")
@click.option("--on", type=MOMENT, metavar="DATE", help=_AT)
def unfreeze(app: App, *, name: str, on: datetime | None) -> None:
    """Let a frozen account be used again."""
    from vault.ops import accounts
    from vault.ops.session import moment

    vault = open_vault(app)
    accounts.unfreeze(vault, account=vault.names.find("account", name), at=moment(on) if on else None)
    app.context.changed = True
    app.out.note(f"{name}: open")


@account.command(
    "close", example="keyholder account close x/OldCampaign --consulted 'Corporate Communications, by e-mail'"
)
@click.argument("name", metavar="ACCOUNT")
@click.option("--consulted", metavar="TEXT|@FILE", help="Who was consulted before, and how that is known.")
@click.option("--existing", is_flag=True, help="It was closed outside already: a fact, never refused.")
@click.option("--on", type=MOMENT, metavar="DATE", help=_AT)
def close(app: App, *, name: str, consulted: str | None, existing: bool, on: datetime | None) -> None:
    """Close an account. The document may ask for a consultation first; without it this is refused."""
    from cli.evidence import evidence
    from vault.ops import accounts
    from vault.ops.session import moment

    vault = open_vault(app)
    found = accounts.close(
        vault,
        account=vault.names.find("account", name),
        consulted=evidence(consulted),
        existing=existing,
        at=moment(on) if on else None,
    )
    app.context.changed = True
    app.out.note(f"{name}: closed")
    shortfalls(app, found)


@account.command("list", example="keyholder account list --lacking secret --lacking line_manager")
@click.option("--state", type=click.Choice(STATES), help="Only accounts in this state.")
@click.option("--platform", metavar="PLATFORM", help="Only accounts on this platform.")
@click.option("--force", metavar="FORCE", help="Only accounts of this force.")
@click.option("--team", metavar="TEAM", help="Only accounts of this owning team.")
@click.option(
    "--lacking", type=click.Choice(LACKING), multiple=True, help="Only those that lack any of these."
)
@click.option(
    "--public", is_flag=True, help="Only what the document lets the public find, and no more than its handle."
)
def list_(
    app: App,
    *,
    lacking: tuple[str, ...],
    platform: str | None,
    team: str | None,
    public: bool,
    **only: str | None,
) -> None:
    """The accounts, what each lacks, and the policy that judges it."""
    from vault.ops import worklist

    vault = open_vault(app)
    wanted = worklist.Wanted(
        platform=_platform(platform) if platform else None,
        team=vault.names.find("team", team) if team else None,
        lacking=lacking,
        public=public,
        **only,
    )
    found = worklist.list_accounts(vault, vault.state, wanted)
    if public:
        app.out.rows(("platform", "handle"), [platform_and_handle(one.name) for one in found])
        return
    shown = [column.replace("_", " ") for column in worklist.Listed._fields]
    app.out.rows(shown, found, spare=("owner kind", "force", "team", "type", "policy"))


def platform_and_handle(name: str) -> tuple[str, str]:
    """Both parts of an account's name; an account whose name cannot be read, or is odd, has no platform to show."""
    platform, slash, handle = name.partition("/")
    return (platform, handle) if slash else ("", name)


def _platform(given: str) -> str:
    from vault.ops.platforms import platforms  # a list of all platforms does without the table of them

    return platforms().named(given).code


@account.command("show", example="keyholder account show x/ExamplePolice")
@click.argument("name", metavar="ACCOUNT")
def show(app: App, *, name: str) -> None:
    """One account: owner, holders, posts, second factors, what is stored and what is owed."""
    from vault.ops.sheets import account_sheet

    vault = open_vault(app)
    state = vault.state
    app.out.record(asdict(account_sheet(vault, state, vault.names.find("account", name))))


# The rest of the noun: requests and the import, each in a file of its own.
from cli import account_import, account_request, account_use  # noqa: E402, F401 - they add their verbs to the group above
