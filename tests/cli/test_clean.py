"""What may reach a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli.clean
from cli.clean import clean, escape

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Garda Síochána", "Garda Síochána"),
        ("警察 👮", "警察 👮"),
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\x9b2Jb", "a2Jb"),
        ("a\x07\x00\x7fb", "ab"),
        ("a\u202egro.cilop\u202c", "agro.cilop"),
        ("a\u2066b\u2069\u200ec\u061c", "abc"),
        ("pol\u200bice\ufeff\u2060\u00ad\u200d", "police"),
        ("pol\u3164\u115f\u034f\u2800ice", "police"),
        ("one\ntwo\tthree\r\u2028four\u2029five\x85six", "one two three  four five six"),
        ("a\ud800b", "a\ufffdb"),
        ("a\U000e0041b", "ab"),
        ("", ""),
    ],
)
def test_what_does_not_show_itself_is_not_shown(text: str, shown: str) -> None:
    """Control, bidirectional, zero-width and blank characters go; breaks become spaces."""
    assert clean(text) == shown


@given(ANY_TEXT)
def test_no_text_reaches_a_terminal_with_a_control_in_it(text: str) -> None:
    """Whatever the text, nothing of categories Cc, Cf, Cs, Zl, Zp is left, and cleaning twice is cleaning once."""
    shown = clean(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean(shown) == shown


@given(ANY_TEXT)
def test_json_loses_nothing_but_lone_surrogates(text: str) -> None:
    """The escaped JSON reads back as the same text, and holds no control itself."""
    line = escape(json.dumps({"v": text}, ensure_ascii=False))
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    expected = "".join("\ufffd" if unicodedata.category(c) == "Cs" else c for c in text)
    assert json.loads(line)["v"] == expected


def test_an_invisible_character_beyond_the_first_plane_is_a_pair_of_escapes() -> None:
    """JSON's escapes are UTF-16 (RFC 8259 section 7)."""
    assert escape('"\ud800"') == '"\ufffd"'
    assert escape('"\U000e0041\u202e"') == '"\\udb40\\udc41\\u202e"'


@pytest.mark.parametrize("change", ["_escaped", "_shown"])
def test_one_name_does_not_cost_the_whole_text(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long report only what is not plain is looked at by itself."""
    looked: list[str] = []
    real = getattr(cli.clean, change)
    monkeypatch.setattr(cli.clean, change, lambda character: looked.append(character) or real(character))
    text = "plain " * 1_000 + "M\u00fcller\u202e" + " plain" * 1_000
    (cli.clean.escape if change == "_escaped" else cli.clean.clean)(text)
    assert looked == ["\u00fc", "\u202e"]
