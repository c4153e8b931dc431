"""Clauses of documents to test with, as TOML: what `document` of `test_kinds` takes."""

from __future__ import annotations

from tests.docs.test_policy_kinds import example


def rule(kind: str, *lines: str) -> str:
    """A clause of a kind with these parameters."""
    return f'kind = "{kind}"\n[parameters]\n' + "\n".join(lines) + "\n"


def required(about: str = "account", codes: str = '["seen"]', **more: str) -> str:
    given = {"applies": "{}", "need": '"all"', "every": '"once"', "by": "[]", "before": "[]", **more}
    return rule(
        "record_required", f'about = "{about}"', f"codes = {codes}", *(f"{k} = {v}" for k, v in given.items())
    )


STEP = '{ done = ["told.a"], need = "all", when = "after", by = [], clause = "EL-10" }'
THEN = '{ done = ["told.b", "told.c"], need = "any", when = "after", by = [], clause = "EL-10" }'


def on(*names: str, steps: str = STEP, forbidden: str = "false", more: str = "") -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return rule(
        "on_event",
        f"on = [{listed}]",
        "applies = {}",
        f"steps = [{steps}]",
        "ordered = true",
        f"forbidden = {forbidden}",
        more,
    )


HOLDERS = rule(
    "may_hold",
    "applies = {}",
    'allow = [{ posts = ["press"], ways = ["secret"], clause = "EL-10" }]',
    "person_types = []",
)
TYPES = rule("may_hold", "applies = {}", "allow = []", 'person_types = ["officer"]')
CUSTODIANS = HOLDERS.replace('["press"]', '["holder"]')
CHAIN = rule(
    "approval_chain", 'steps = [{ post = "press", stage = 1, clause = "EL-10" }]',
    "fields = []",
    'fields_clause = "EL-10"',
    "one_person_may_give_several = false",
    'asked_for = ["account", "access"]',
)  # fmt: skip
TWO = example("cap").replace('"flickr"', '"flickr", "x"').replace("per_platform = true", "")
MESSAGES = example("direct_messages").replace('"EL-1"', '"EL-10"')
HOLD = rule("hold", 'ordered_by = ["control_room"]', 'released_by = "press"', 'release_clause = "EL-10"')
