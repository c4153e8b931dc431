"""The reference of the kinds: every kind, every parameter, and examples that are read as documents are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.policies.sixth import TEXT, read
from vault.domain import policy
from vault.domain.kinds.registry import KINDS
from vault.domain.strict import Reader

PAGE = (Path(__file__).parents[2] / "docs" / "policy-kinds.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
SHARED = "What several kinds share"


def example(kind: str) -> str:
    """The example of a kind, as it stands on the page."""
    found = re.search(r"```toml\n(.*?)```", SECTIONS[kind], re.DOTALL)
    assert found, f"{kind} has no example"
    return found[1]


def parse(kind: str) -> policy.Profile:
    """A document whose one further clause is the example."""
    values = tomllib.loads(TEXT)
    plain = {"where": "1", "strength": "MUST", "reading": "words"}
    fact = {"kind": "stated", "parameters": {"means": "fact", "because": "it is"}}
    values["clauses"] = {"EL-1": {**plain, **fact}, "EL-9": {**plain, **tomllib.loads(example(kind))}}
    return read("", values=values)


def test_every_kind_has_a_section() -> None:
    """The page has a section for each kind and none for a kind that is not there."""
    assert set(SECTIONS) - {SHARED} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_read(kind: str) -> None:
    """The example gives a rule of that kind with its clause."""
    rule = parse(kind).clauses["EL-9"].rule
    assert rule
    assert (rule.kind, rule.clause) == (kind, "EL-9")


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_on_the_page(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each key that the reader asks for, optional ones too, stands in the kind's section or in the shared one."""
    asked: set[str] = set()
    finish = Reader.finish

    def note(self: Reader) -> None:
        if {"EL-9", "parameters"} <= set(self._path):
            asked.update(self._wanted)
        finish(self)

    monkeypatch.setattr(Reader, "finish", note)
    parse(kind)
    assert asked
    words = set(re.findall(r"[a-z_]+", SECTIONS[kind] + SECTIONS[SHARED]))
    assert sorted(asked - words) == []


@pytest.mark.parametrize("kind", KINDS)
def test_marked_once(kind: str) -> None:
    """The page says which kinds a document may use once."""
    assert KINDS[kind].once == ("*Once.*" in SECTIONS[kind])
