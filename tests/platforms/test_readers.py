"""The table of readers agrees with the catalogue, and nothing loads a platform's library before it is asked for."""

import subprocess
import sys

from app.platforms.catalogue import platforms
from app.platforms.contract import Listener
from app.platforms.readers import reader_for


def test_every_platform_that_is_pulled_has_a_reader_and_no_other() -> None:
    assert {platform.name for platform in platforms() if reader_for(platform.name)} == {
        platform.name for platform in platforms() if platform.is_pulled
    }


def test_every_reader_that_hears_mentions_says_whether_it_needs_a_token() -> None:
    for platform in platforms():
        reader = reader_for(platform.name)
        assert isinstance(reader, Listener) == hasattr(reader, "mentions"), platform.name


def test_the_platforms_libraries_are_loaded_only_when_asked_for() -> None:
    script = (
        "import sys, app.platforms.readers as r;"
        "assert not {'mastodon', 'feedparser', 'tweepy', 'atproto_client', 'facebook_business'} & set(sys.modules);"
        "r.reader_for('blog'); assert 'feedparser' in sys.modules; assert 'mastodon' not in sys.modules;"
        "r.reader_for('x'); assert 'tweepy' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_web_process_loads_none_of_them() -> None:
    heavy = {"mastodon", "feedparser", "tweepy", "oauthlib", "atproto_client", "facebook_business"}
    script = f"import sys, app.factory; assert not {heavy} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
