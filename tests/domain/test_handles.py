"""Handles: one account has one name, however it was written down."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.domain.handles import Handle, normalise, parse_account_name, platform_at
from vault.errors import UsageProblem
from vault.store.profiles import load_platforms

PLATFORMS = load_platforms()


def read(text: str, platform: str = "") -> Handle:
    return normalise(text, platform=platform, platforms=PLATFORMS)


SPELLINGS = [
    ("x", "@SomePolice", "x/somepolice", "SomePolice"),
    ("Twitter", " SomePolice ", "x/somepolice", "SomePolice"),
    ("X (formerly Twitter)", "@@SomePolice", "x/somepolice", "SomePolice"),
    ("", "https://x.com/SomePolice", "x/somepolice", "SomePolice"),
    ("", "HTTPS://Mobile.Twitter.com/SomePolice/?s=20#top", "x/somepolice", "SomePolice"),
    ("twitter", "www.twitter.com/SomePolice/status/1", "x/somepolice", "SomePolice"),
    ("", "//twitter.com/SomePolice", "x/somepolice", "SomePolice"),
    ("", "https://twitter.com:443/@SomePolice", "x/somepolice", "SomePolice"),
    ("", "https://twitter.com./SomePolice", "x/somepolice", "SomePolice"),
    ("facebook", "some.police", "facebook/somepolice", "some.police"),
    (
        "",
        "https://www.facebook.com/pages/Some-Name/26358387223",
        "facebook/26358387223",
        "Some-Name-26358387223",
    ),
    ("facebook", "pages/Some-Name/26358387223", "facebook/26358387223", "Some-Name-26358387223"),
    ("", "facebook.com/pages/category/Police/Name-26358387223", "facebook/26358387223", "Name-26358387223"),
    ("", "facebook.com/pages/SomeName/about", "facebook/somename", "SomeName"),
    ("", "facebook.com/pages/category", "facebook/category", "category"),
    (
        "",
        "https://facebook.com/profile.php?ref=1&id=100064795897796",
        "facebook/100064795897796",
        "100064795897796",
    ),
    ("", "facebook.com/groups/SomeGroup/", "facebook/groups/somegroup", "groups/SomeGroup"),
    ("", "https://en-gb.facebook.com/Caf%C3%A9Police", "facebook/cafépolice", "CaféPolice"),
    (
        "",
        "https://www.youtube.com/channel/UC-IdonLmg8eYB0EYJh8Uqag",
        "youtube/uc-idonlmg8eyb0eyjh8uqag",
        "UC-IdonLmg8eYB0EYJh8Uqag",
    ),
    ("", "youtube.com/user/SomePolice/videos", "youtube/somepolice", "SomePolice"),
    ("", "https://www.youtube.com/@SomePolice", "youtube/somepolice", "SomePolice"),
    ("", "https://www.youtube.com/%40SomePolice", "youtube/somepolice", "SomePolice"),
    (
        "youtube",
        "министерствонавътрешнитеработи",
        "youtube/министерствонавътрешнитеработи",
        "министерствонавътрешнитеработи",
    ),
    ("", "https://www.linkedin.com/company/some-police/about/", "linkedin/some-police", "some-police"),
    ("", "https://uk.linkedin.com/in/some-body", "linkedin/in/some-body", "in/some-body"),
    ("linkedin", "IN/@some-body", "linkedin/in/some-body", "in/some-body"),
    ("", "http://www.flickr.com/photos/aspolice/", "flickr/aspolice", "aspolice"),
    ("", "www.ustream.tv/user/asPolice", "ustream/aspolice", "asPolice"),
    ("", "https://www.threads.net/@policiecz", "threads/policiecz", "policiecz"),
    ("", "https://www.snapchat.com/add/polizei.berlin", "snapchat/polizei.berlin", "polizei.berlin"),
    ("", "https://bsky.app/profile/police.example", "bluesky/police.example", "police.example"),
    ("Google+", "+SomePolice", "googleplus/somepolice", "+SomePolice"),
    ("whatsapp", "+44 7700 900123", "whatsapp/447700900123", "+44 7700 900123"),
    ("", "https://wa.me/447700900123", "whatsapp/447700900123", "447700900123"),
    ("", "https://mastodon.social/@Police", "mastodon/police@mastodon.social", "Police@mastodon.social"),
    (
        "mastodon",
        "https://social.police.example/users/Desk",
        "mastodon/desk@social.police.example",
        "Desk@social.police.example",
    ),
    (
        "mastodon",
        "https://social.example/@Desk@other.example",
        "mastodon/desk@other.example",
        "Desk@other.example",
    ),
    ("mastodon", "@Desk@other.example", "mastodon/desk@other.example", "Desk@other.example"),
    (
        "",
        "https://somepolice.wordpress.com/",
        "wordpress/somepolice.wordpress.com",
        "somepolice.wordpress.com",
    ),
    (
        "blog",
        "https://www.blog.police.example/Team/",
        "wordpress/blog.police.example/team",
        "blog.police.example/Team",
    ),
    ("other", "Web chat", "other/web chat", "Web chat"),
    ("facebook", "Some\u00a0 Police", "facebook/some police", "Some Police"),
    ("youtube", "STRASSE", "youtube/strasse", "STRASSE"),
    ("youtube", "straße", "youtube/strasse", "straße"),
    ("youtube", "cafe\u0301", "youtube/café", "café"),
]


@pytest.mark.parametrize(("platform", "text", "key", "display"), SPELLINGS)
def test_spellings(platform: str, text: str, key: str, display: str) -> None:
    """Each way of writing an account down leads to its key, and keeps its spelling."""
    handle = read(text, platform)
    assert (handle.full_key, handle.display) == (key, display)
    assert handle.name == f"{handle.platform}/{display}"
    assert read(handle.display, handle.platform) == handle


REFUSED = [
    ("x", "", "empty"),
    ("x", "   ", "empty"),
    ("x", "@", "empty"),
    ("x", "some\u0000police", "cannot be seen .U.0000"),
    ("x", "some\npolice", "cannot be seen"),
    ("x", "some\u200bpolice", "cannot be seen .U.200B"),
    ("x", "some\u202epolice", "cannot be seen"),
    ("x", "\ud800", "cannot be seen"),
    ("x", "a" * 2049, "at most 2048"),
    ("x", "a" * 254, "1 to 253"),
    ("facebook", "...", "1 to 253"),
    ("other", "/", "1 to 253"),
    ("x", "https://x.com/", "no account on it"),
    ("x", "https://x.com/x.com", "no account on it"),
    ("x", "twitter.com", "no account on it"),
    ("facebook", "profile.php?id=12", "no account on it"),
    ("", "facebook.com/profile.php?x=1", "no account number"),
    ("", "facebook.com/profile.php?id=abc", "no account number"),
    ("", "https://x.com/i/user/1", "post or a page"),
    ("", "https://youtube.com/watch?v=1", "post or a page"),
    ("", "https://youtube.com/channel/", "post or a page"),
    ("facebook", "https://x.com/SomePolice", "is of X, not of Facebook"),
    ("facebook", "https://evil.example/SomePolice", "no platform known here"),
    ("facebook", "https://facebook.com@evil.example/SomePolice", "no proper host"),
    ("facebook", "https:///SomePolice", "no proper host"),
    ("x", "a/b", "more than a handle"),
    ("x", "/@/", "more than a handle"),
    ("facebook", "https://facebook.com/%FF%FE", "not UTF-8"),
    ("facebook", "https://facebook.com/a%2Fb", "hides its path"),
    ("facebook", "https://facebook.com/%20", "hides its path"),
    ("", "SomePolice", "no platform is named"),
    ("", "https://evil.example/SomePolice", "no platform is named"),
    ("myspace", "SomePolice", "no platform of that name"),
]


@pytest.mark.parametrize(("platform", "text", "why"), REFUSED)
def test_refused(platform: str, text: str, why: str) -> None:
    """What names no account is refused with the reason, and the text is not repeated."""
    with pytest.raises(UsageProblem, match=why) as caught:
        read(text, platform)
    assert not text.strip() or len(text) < 3 or text not in str(caught.value)


WARNED = [
    ("x", "SomePolice", ()),
    ("youtube", "臺中市政府警察局-k9f", ()),
    ("x", "some.police", ("has characters that the platform's handles do not have",)),
    ("x", "a" * 16, ("is longer than the platform's handles (15)",)),
    ("youtube", "pоlice", ("mixes letters of scripts that look alike (cyrillic, latin)",)),
    ("youtube", "сору", ("is written in Cyrillic letters that all look like Latin ones",)),
    ("youtube", "ｐolice", ("has letters that only look like plain ones (fullwidth)",)),
    ("youtube", "١٢٣", ()),
    ("x", "café", ("has characters that the platform's handles do not have",)),
    ("linkedin", "in/some-body", ()),
    ("wordpress", "blog.police.example/team", ()),
]


@pytest.mark.parametrize(("platform", "text", "warnings"), WARNED)
def test_warnings(platform: str, text: str, warnings: tuple[str, ...]) -> None:
    """A handle that looks odd, or like another, is taken with a warning."""
    assert read(text, platform).warnings == warnings


def test_account_names() -> None:
    """An account is named platform/handle, or by a whole web address."""
    wanted = read("somepolice", "x")
    for text in (
        "x/SomePolice",
        "Twitter/@SomePolice",
        "https://x.com/SomePolice",
        "mobile.twitter.com/SomePolice",
        "x/https://twitter.com/SomePolice",
        "x.com/SomePolice",
    ):
        assert parse_account_name(text, platforms=PLATFORMS) == wanted
    assert parse_account_name("linkedin/in/some-body", platforms=PLATFORMS).key == "in/some-body"
    for text in ("SomePolice", "/SomePolice", " /SomePolice"):
        with pytest.raises(UsageProblem, match="platform/handle"):
            parse_account_name(text, platforms=PLATFORMS)


def test_platform_of_any_page() -> None:
    """The platform is known from an address even where the address names no account."""
    found = platform_at("https://twitter.com/login", PLATFORMS)
    assert found
    assert found.code == "x"
    assert platform_at("https://evil.example/", PLATFORMS) is None
    assert platform_at("somepolice", PLATFORMS) is None
    assert platform_at("", PLATFORMS) is None


PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "//",
        "/",
        "@",
        "www.",
        "facebook.com",
        "x.com",
        "youtube.com",
        "wordpress.com",
        "pages",
        "category",
        "in",
        "groups",
        "user",
        "profile.php",
        "?id=",
        "12345678",
        "-",
        "%2F",
        "%20",
        "%41",
        "%25",
        "#",
        " ",
        ".",
        ":",
        "a",
        "İ",
        "ß",
        "\u0345",
        "α",
        "\u0308",
        "\u00a0",
        "+",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join))


@given(TEXTS, st.sampled_from(sorted(PLATFORMS.by_code)))
def test_normalise_is_idempotent(text: str, platform: str) -> None:
    """Whatever is accepted is accepted again, as the same handle with the same spelling."""
    try:
        handle = read(text, platform)
    except UsageProblem:
        assume(condition=False)
    again = read(handle.display, platform)
    assert (again, again.display, again.warnings) == (handle, handle.display, handle.warnings)


@given(TEXTS)
def test_account_names_never_crash(text: str) -> None:
    """Any text is an account's name or a usage problem."""
    try:
        handle = parse_account_name(text, platforms=PLATFORMS)
    except UsageProblem:
        return
    assert parse_account_name(handle.name, platforms=PLATFORMS) == handle


@given(st.sampled_from(sorted(PLATFORMS.by_name)), TEXTS)
def test_a_key_that_means_itself_means_it_in_any_case(platform: str, text: str) -> None:
    """What is compared may be typed: if a text in small letters is its own key, its capitals name the same account."""
    typed = f"{platform}/{text}".encode("ascii", "ignore").decode()
    key = typed.casefold()
    try:
        is_normal = parse_account_name(key, platforms=PLATFORMS).full_key == key
    except UsageProblem:
        is_normal = False
    if is_normal:
        assert parse_account_name(typed, platforms=PLATFORMS).full_key == key
