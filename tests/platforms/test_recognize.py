"""From a pasted address to an account: every platform, every refusal, and no crash on any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.platforms.catalogue import Way, get_platform, platforms
from app.platforms.contract import Identity
from app.platforms.recognize import recognize

RECOGNIZED = [
    ("https://www.facebook.com/EastsideLibrary/?ref=page", "facebook", "eastsidelibrary"),
    ("m.facebook.com/EastsideLibrary/about", "facebook", "eastsidelibrary"),
    ("https://de-de.facebook.com/profile.php?id=1000123&__tn__=x", "facebook", "1000123"),
    ("https://www.facebook.com/pages/Eastside-Library/1000123", "facebook", "1000123"),
    ("https://instagram.com/eastside.library/?hl=en", "instagram", "eastside.library"),
    ("https://www.instagram.com/Eastside.Library/reels/", "instagram", "eastside.library"),
    ("http://twitter.com/Eastside_Lib?lang=en", "x", "eastside_lib"),
    ("https://x.com/@Eastside_Lib/with_replies", "x", "eastside_lib"),
    ("https://www.youtube.com/@MillbrookLibraries/videos", "youtube", "@millbrooklibraries"),
    ("https://youtube.com/channel/UCabcdefghijklmnopqrstuv", "youtube", "UCabcdefghijklmnopqrstuv"),
    ("https://m.youtube.com/c/Millbrook/about", "youtube", "millbrook"),
    ("https://www.youtube.com/user/Millbrook", "youtube", "millbrook"),
    ("https://bsky.app/profile/Library.bsky.social", "bluesky", "library.bsky.social"),
    ("https://bsky.app/profile/did:plc:abcXYZ", "bluesky", "did:plc:abcXYZ"),
    ("https://www.tiktok.com/@Library?lang=en", "tiktok", "library"),
    ("https://www.linkedin.com/company/Harlan-City/posts/?feedView=all", "linkedin", "harlan-city"),
    ("https://www.threads.net/@library", "threads", "library"),
    ("https://www.pinterest.co.uk/Library/_saved/", "pinterest", "library"),
    ("https://nextdoor.com/pages/eastside-library/", "nextdoor", "eastside-library"),
    ("https://www.google.com/maps/place/Eastside+Library/@43.1,-88.2,17z/data=!3m1", "google", "Eastside Library"),
    ("https://maps.google.com/?cid=123456", "google", "123456"),
    ("https://g.page/eastside-library/review", "google", "eastside-library"),
    ("https://www.google.com/alerts/feeds/01234567890/9876543210", "google_alerts", "01234567890/9876543210"),
    ("google.co.uk/alerts/feeds/12/34/", "google_alerts", "12/34"),
    ("https://www.google.fr/alerts/feeds/1/2", "google_alerts", "1/2"),
    ("https://google.com.br/alerts/feeds/1/2", "google_alerts", "1/2"),
    ("https://www.youtube.com/@B%C3%BCchereiWien", "youtube", "@büchereiwien"),
    ("https://www.youtube.com/@büchereiwien/videos", "youtube", "@büchereiwien"),
    ("https://www.youtube.com/@library%FF", "youtube", "@library%ff"),
    ("https://www.snapchat.com/add/City.Library?share_id=x", "snapchat", "city.library"),
    ("https://snapchat.com/@citylibrary", "snapchat", "citylibrary"),
    ("Sign-up sheet: Children's  desk", "sign_up_sheet", "Children's desk"),
    ("sign-up sheet:Zürich", "sign_up_sheet", "Zürich"),
    ("urn:concordance:sign_up_sheet:Children%27s%20desk", "sign_up_sheet", "Children's desk"),
    ("https://www.flickr.com/people/Library/", "flickr", "library"),
    ("https://Mastodon.Social/@Library", "mastodon", "library@mastodon.social"),
    ("@Library@mastodon.social", "mastodon", "library@mastodon.social"),
    ("https://mastodon.social/users/library", "mastodon", "library@mastodon.social"),
    ("https://mastodon.social/@library@lib.social", "mastodon", "library@lib.social"),
    ("https://medium.com/@library", "blog", "medium.com/@library"),
    ("blog.example.org", "blog", "blog.example.org"),
    ("https://Blog.Example.org/news/?utm_source=x&feed=rss2#top", "blog", "blog.example.org/news?feed=rss2"),
    ("https://sites.google.com/view/library", "blog", "sites.google.com/view/library"),
]

REFUSED = [
    ("", "whole web address"),
    ("hello", "whole web address"),
    ("see you at 5.30", "whole web address"),
    ("https://", "whole web address"),
    ("javascript:alert(1)", "starts with https"),
    ("JavaScript://example.org/%0aalert(1)", "starts with https"),
    ("mailto:library@example.org", "starts with https"),
    ("data:text/html,x", "starts with https"),
    ("ftp://example.org/x", "starts with https"),
    ("http://user:secret@example.org/", "without them"),
    ("x" * 3000, "2,000 characters"),
    ("https://bit.ly/abc", "shortened"),
    ("https://library.example/wp-login.php", "sign-in page"),
    ("https://mastodon.social/auth/sign_in", "sign-in page"),
    ("https://mastodon.social/@library/112233445566", "one post"),
    ("https://www.facebook.com/EastsideLibrary/posts/123", "one post"),
    ("https://www.facebook.com/groups/123", "group"),
    ("https://www.facebook.com/login/?next=x", "does not name a page"),
    ("https://www.instagram.com/p/Cxyz/", "one post"),
    ("https://www.instagram.com/accounts/login/", "does not name a profile"),
    ("https://x.com/eastside/status/1", "one post"),
    ("https://x.com/home", "does not name an account"),
    ("https://youtu.be/abc", "one post"),
    ("https://www.youtube.com/watch?v=abc", "one post"),
    ("https://bsky.app/profile/library.bsky.social/post/33", "one post"),
    ("https://www.tiktok.com/@library/video/1", "one post"),
    ("https://www.linkedin.com/in/jane", "person"),
    ("https://www.pinterest.com/library/books/", "board"),
    ("https://www.pinterest.com/pin/1/", "one post"),
    ("https://www.flickr.com/photos/library/12345", "one post"),
    ("https://www.google.com/alerts", "delivered to an RSS feed"),
    ("https://www.google.com/search?q=library", "does not name a business profile"),
    ("https://www.snapchat.com/spotlight/W7_abc", "one post"),
    ("https://notsnapchat.com@evil.example/", "without them"),
    ("Sign-up sheet:", "a colon and its name"),
    ("Sign-up sheet: " + "x" * 81, "a colon and its name"),
    ("urn:concordance:sign_up_sheet:%0a%00", "a colon and its name"),
    ("urn:concordance:facebook:library", "starts with https"),
    ("http://[::1", "whole web address"),
    ("https://example.org:99999/", "whole web address"),
]


@pytest.mark.parametrize(("url", "platform", "handle"), RECOGNIZED)
def test_an_address_names_an_account(url: str, platform: str, handle: str) -> None:
    identity = recognize(url)
    assert (identity.platform, identity.handle) == (platform, handle)


@pytest.mark.parametrize(("url", "words"), REFUSED)
def test_what_names_no_account_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        recognize(url)
    assert refusal.value.field == "url"
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(("url", "platform", "handle"), RECOGNIZED)
def test_the_canonical_address_is_its_own_canonical_address(url: str, platform: str, handle: str) -> None:
    identity = recognize(url)
    assert recognize(identity.url) == identity


def test_a_server_of_ones_own_keeps_its_port_and_scheme() -> None:
    assert recognize("http://127.0.0.1:3999/@Ada") == Identity(
        "mastodon", "ada@127.0.0.1:3999", "http://127.0.0.1:3999/@ada", "http://127.0.0.1:3999"
    )


def test_a_public_server_is_reached_by_https_so_that_no_token_travels_in_the_open() -> None:
    assert recognize("http://mastodon.social/@library").base_url == "https://mastodon.social"


_pieces = st.sampled_from(
    [
        "https://",
        "http://",
        "Sign-up sheet:",
        "urn:concordance:sign_up_sheet:",
        "www.",
        "facebook.com",
        "x.com",
        "@",
        "/",
        "?",
        "#",
        ":",
        "[",
        "]",
        "%",
        "..",
        "youtu.be",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_pieces, st.text(max_size=6)), max_size=8).map("".join)))
def test_no_text_at_all_makes_it_crash(text: str) -> None:
    try:
        identity = recognize(text)
    except Refused:
        return
    assert identity.url.startswith(("https://", "http://", "urn:"))
    assert get_platform(identity.platform)
    assert identity.handle


def test_every_platform_has_words_ways_and_metrics() -> None:
    assert len({platform.name for platform in platforms()}) == len(platforms())
    for platform in platforms():
        assert platform.label
        assert platform.account_word
        assert platform.ways
        assert platform.metrics
        assert Way.BY_HAND in platform.ways, "every platform's figures can at least be entered by hand"
