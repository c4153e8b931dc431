"""The platform table: complete, unambiguous, and refused when it is not."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from vault.domain.platforms import Address, Door, fold_name, parse
from vault.domain.strict import Source
from vault.errors import UsageProblem
from vault.store.profiles import load_platforms

PLATFORMS = load_platforms()
ONE = """
[platforms.here]
name = "Here"
aliases = ["there"]
retired = false
last_confirmed = "never"
doors = ["sessions"]
address = { hosts = ["here.example"] }
handle = { max_length = 5, letters = "any", symbols = "_" }
password = { min = 8, max = 9, symbols = "-" }
"""


def test_the_platforms_of_the_documents() -> None:
    """Every platform that a document or the real lists name is there; "other" takes the rest."""
    wanted = (
        "facebook x instagram youtube linkedin tiktok flickr vimeo googleplus ustream wordpress snapchat threads "
        "bluesky mastodon nextdoor whatsapp periscope hootsuite pinterest vk weibo weixin other"
    )
    assert " ".join(PLATFORMS.by_code) == wanted
    assert {code for code, platform in PLATFORMS.by_code.items() if platform.retired} == {
        "googleplus", "ustream", "periscope",
    }  # fmt: skip


def test_limits_leave_room() -> None:
    """Each platform has a door for its sessions, and a password of real length unless it is a PIN."""
    for platform in PLATFORMS.by_code.values():
        assert Door.SESSIONS in platform.doors
        assert platform.password.digits_only or platform.password.most >= 16
        assert platform.last_confirmed is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Twitter", "x"), ("X (formerly Twitter)", "x"), ("GOOGLE PLUS", "googleplus"), ("google+", "googleplus"),
     ("You Tube", "youtube"), ("fb", "facebook"), ("tik-tok", "tiktok"), ("Web site", "other")],
)  # fmt: skip
def test_names(text: str, code: str) -> None:
    """A platform is found however its name is spelled."""
    assert PLATFORMS.named(text).code == code


@pytest.mark.parametrize("text", ["", "!", "myspace"])
def test_unknown_names(text: str) -> None:
    """An unknown name is refused without being repeated, and the codes are offered."""
    with pytest.raises(UsageProblem, match="no platform of that name") as caught:
        PLATFORMS.named(text)
    assert "facebook" in caught.value.hint


def test_hosts() -> None:
    """A host or its subdomain belongs to the platform; what only ends like it does not."""
    assert PLATFORMS.at("en-gb.facebook.com") is PLATFORMS.by_code["facebook"]
    assert PLATFORMS.at("plus.google.com") is PLATFORMS.by_code["googleplus"]
    assert PLATFORMS.at("notfacebook.com") is None
    assert PLATFORMS.at("facebook.com.evil.example") is None
    assert fold_name(" G+ ") == "gplus"


def test_a_small_table() -> None:
    """What a table leaves to its form has one meaning."""
    platform = parse(tomllib.loads(ONE), source=Source("p.toml")).by_code["here"]
    assert platform.address.form is Address.PATH
    assert (platform.address.dropped, platform.address.query_id, platform.handle.ignored) == ((), "", "")
    dated = ONE.replace('"never"', "2026-01-31")
    confirmed = parse(tomllib.loads(dated), source=Source("p.toml")).by_code["here"].last_confirmed
    assert str(confirmed) == "2026-01-31"


REFUSED = {
    "code": ("platforms.here]", "platforms.Here]", "lower-case letters"),
    "unknown key": ("retired", "colour = 1\nretired", "colour is not a key"),
    "door": ('["sessions"]', '["cellar"]', "may only hold"),
    "no door": ('["sessions"]', "[]", "must not be empty"),
    "form": ("{ hosts", '{ form = "odd", hosts', "must be one of path"),
    "limits": ("min = 8", "min = 10", "password.max is below min"),
    "symbols": ('symbols = "-"', 'symbols = "a"', "ASCII punctuation"),
    "hidden symbols": ('symbols = "-"', 'symbols = "\\u0007"', "ASCII punctuation"),
    "far symbols": ('symbols = "-"', 'symbols = "€"', "ASCII punctuation"),
    "letters": ('"any"', '"some"', "must be one of ascii, any"),
    "number as name": ('name = "Here"', "name = 1", "name must be a text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_tables(name: str) -> None:
    """Each fault is refused with its key."""
    old, new, why = REFUSED[name]
    assert old in ONE
    with pytest.raises(UsageProblem, match=why):
        parse(tomllib.loads(ONE.replace(old, new)), source=Source("p.toml"))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (ONE.replace("platforms.here", "platforms.other").replace("here.example", "o.example").replace("Here", "O"),
         "aliases claims what here has"),
        (ONE.replace("platforms.here", "platforms.other").replace("there", "o").replace("Here", "O"),
         "hosts claims what here has"),
    ],
)  # fmt: skip
def test_two_platforms_cannot_share(more: str, why: str) -> None:
    """A name or host that two platforms claim is refused."""
    with pytest.raises(UsageProblem, match=why):
        parse(tomllib.loads(ONE + more), source=Source("p.toml"))


def test_an_empty_table_is_refused() -> None:
    """No platforms means a damaged file, not a world without platforms."""
    values: dict[str, Any] = {"platforms": {}}
    with pytest.raises(UsageProblem, match="must not be empty"):
        parse(values, source=Source("p.toml"))
