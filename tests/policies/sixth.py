"""A sixth document, of a force that does not exist: data alone, read as the five are."""

from __future__ import annotations

import tomllib

from vault.domain import policy_file
from vault.domain.policy import Profile
from vault.domain.strict import Source
from vault.store.profiles import available, load_holidays, load_platforms, load_profile

NAME = "elsewhere"
PLATFORMS, HOLIDAYS = load_platforms(), load_holidays()
TEXT = """
schema = 1
name = "elsewhere"
title = "Elsewhere Constabulary: Accounts"
bank_holidays = "england_and_wales"

[document]
number = "7"
version = "2"
replaces = "1"
owner = "Press Desk"
holder = ""
approved_by = ""
approved_on = ""
published_on = 2024-02-29
effective_on = 2024-03-01
review_on = ""
checked_on = ""

[forces.elsewhere]
name = "Elsewhere Constabulary"
mail_domains = ["elsewhere.example"]

[local]
lease_minutes = { value = 10, why = "not given" }
defer_max_days = { value = 5, why = "not given" }
password_length = { value = 18, why = "not given" }
attestation_days = { value = 100, why = "not given" }
access_review_days = { value = 50, why = "not given" }
warning_days = { value = 3, why = "not given" }

[decisions.Q1]
question = "Which desk?"
reading = "The press desk."
clauses = ["EL-1"]
confirmed = true

[clauses."EL-1"]
where = "1"
strength = "MUST"
kind = "approval_chain"
reading = "The sergeant, then the press desk or its deputy"
alternatives = ["The deputy only while the desk is away"]
[clauses."EL-1".parameters]
steps = [
    { post = "sergeant", stage = 1, clause = "EL-1" },
    { post = "press_desk", stage = 2, clause = "EL-1", alternates = [{ post = "deputy", clause = "EL-1" }] },
]
fields = ["purpose"]
fields_clause = "EL-1"
one_person_may_give_several = false
asked_for = ["account", "access"]
[[clauses."EL-1".parameters.variants]]
owner_kinds = ["district"]
clause = "EL-2"
steps = [{ post = "inspector", stage = 1, clause = "EL-2" }]
fields = []
fields_clause = "EL-2"
one_person_may_give_several = false
asked_for = ["account", "access"]

[clauses."EL-2"]
where = "2"
strength = "SHOULD"
kind = "part"
part_of = "EL-1"
reading = "For districts the inspector"

[clauses."EL-3"]
where = "3"
strength = "MUST"
kind = "lost_device_chain"
reading = "The desk is told, then the sergeant"
[clauses."EL-3".parameters]
chains = [
    { ownership = "force", beyond_clause = false, steps = [
        { recipients = ["press_desk"], clause = "EL-3" }, { recipients = ["sergeant"], clause = "EL-3" },
    ] },
]

[clauses."EL-4"]
where = "4"
strength = "MAY"
kind = "password_changers"
reading = "The team, and any holder"
[clauses."EL-4".parameters]
applies = {}
roles = ["custodian"]
exceptions = [
    { occasion = "emergency", post = "", reason_required = true, clause = "EL-4" },
    { occasion = "any_time", post = "", holders_only = true, reason_required = false, clause = "EL-4" },
    { occasion = "any_time", post = "inspector", reason_required = false, clause = "EL-4" },
]

[clauses."EL-5"]
where = "5"
strength = "FACT"
kind = "owner_kinds"
reading = "Teams have accounts, though not on Flickr"
[clauses."EL-5".parameters]
allowed = ["team"]
open_list = true
legacy = []
barred = [{ owner_kinds = ["team"], platforms = ["flickr"], clause = "EL-5" }]

[clauses."EL-6"]
where = "6"
strength = "SHOULD"
kind = "tell_on_change"
reading = "The desk is told; no mailbox is printed"
[clauses."EL-6".parameters]
changes = ["password"]
tell = [{ recipients = ["press_desk"], clause = "EL-6" }]
mailboxes_clause = "EL-6"
"""


def load(text: str = TEXT) -> Profile:
    """The sixth profile, or a damaged one."""
    return read(text)


def read(text: str, name: str = NAME, values: dict[str, object] | None = None) -> Profile:
    """A document's text, or ``values`` in its place, with the platforms and bank holidays that are shipped."""
    return policy_file.parse(
        tomllib.loads(text) if values is None else values,
        source=Source("p.toml", text),
        name=name,
        platforms=PLATFORMS,
        holidays=HOLIDAYS,
    )


SHIPPED = {name: load_profile(name) for name in available()}
PROFILES = {**SHIPPED, NAME: load()}
