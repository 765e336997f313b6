"""Files of platforms are known by their headings, in any order and with more columns, and each column's meaning is ours."""

import random
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.imports.rules.dates import DateOrder
from app.imports.rules.exports import EXPORTS, brings_posts, recognize
from app.imports.rules.files import RowProblem, read_rows
from app.imports.rules.layouts import Layout, guess_layout, match_columns
from app.imports.rules.other_tables import refuse_other_tables
from app.imports.rules.plain_rows import DailyRow
from app.imports.rules.post_rows import DaysOfPosts, PostRow, counts_of, read_post_rows
from app.metrics.rules.dictionary import FurtherMetric, Metric

TODAY = date(2026, 11, 21)
ZONE = ZoneInfo("America/Chicago")
X_OLD = (
    "Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,engagement rate,retweets,replies,likes,"
    "user profile clicks,url clicks,hashtag clicks,detail expands,permalink clicks,promoted impressions"
)
X_POSTS = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks"
)
X_DAYS = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views"
)
FACEBOOK = (
    "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,Is crosspost,"
    "Is share,Post type,Languages,Custom labels,Funded content status,Data comment,Date,Views,Reach,"
    "Reactions; Comments and Shares,Reactions,Comments,Shares,Total clicks,Other Clicks"
)
INSTAGRAM = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves"
)
LINKEDIN = (
    "Date,Impressions (organic),Impressions (sponsored),Impressions (total),Unique impressions (organic),"
    "Clicks (total),Reactions (organic),Reactions (total),Comments (total),Reposts (total),Engagement rate (total)"
)
LINKEDIN_PT = (
    "Data,Impressões (orgânicas),Impressões (patrocinadas),Impressões (total),Impressões únicas (orgânicas),"
    "Cliques (total),Reações (total),Comentários (total),Compartilhamentos (total),Taxa de engajamento (total)"
)
#: name, platform, headings, and the heading of each thing that is read
KNOWN = [
    ("x_posts_old", "x", X_OLD, {"post_id": "Tweet id", "published": "time", "views": "impressions",
                                 "shares": "retweets", "comments": "replies", "link_clicks": "url clicks"}),
    ("x_posts", "x", X_POSTS, {"post_id": "Post id", "post_url": "Post Link", "shares": "Reposts",
                               "comments": "Replies", "reactions": "Likes"}),
    ("x_days", "x", X_DAYS, {"day": "Date", "posts": "Create Post", "views": "Impressions", "shares": "Reposts",
                             "comments": "Replies"}),
    ("facebook_posts", "facebook", FACEBOOK, {"post_id": "Post ID", "views": "Views", "reactions": "Reactions",
                                              "post_text": "Description", "reach": "Reach"}),
    ("facebook_posts_old", "facebook", FACEBOOK.replace(",Views,", ",Impressions,"), {"views": "Impressions"}),
    ("facebook_posts", "facebook", f"{FACEBOOK},Impressions", {"views": "Views"}),
    ("instagram_posts_old", "instagram", INSTAGRAM.replace(",Views,", ",Impressions,"), {"views": "Impressions"}),
    ("meta_days_old", "instagram", "Date; Primary,Impressions,Reach", {"views": "Impressions", "reach": "Reach"}),
    ("instagram_posts", "instagram", INSTAGRAM, {"reactions": "Likes", "shares": "Shares", "comments": "Comments"}),
    ("tiktok_days", "tiktok", "Date,Video Views,Profile Views,Likes,Comments,Shares", {"views": "Video Views"}),
    ("tiktok_followers", "tiktok", "Date,Followers,Difference in followers from previous day",
     {"followers": "Followers"}),
    ("tiktok_viewers", "tiktok", "Date,Total Viewers,New Viewers,Returning Viewers", {"reach": "Total Viewers"}),
    ("tiktok_posts", "tiktok",
     "Time,Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views",
     {"post_url": "Video link", "published": "Post time", "views": "Total views"}),
    ("linkedin_days", "linkedin", LINKEDIN, {"views": "Impressions (total)", "shares": "Reposts (total)",
                                             "reach": "Unique impressions (organic)"}),
    ("linkedin_days", "linkedin", LINKEDIN.replace("Reposts", "Shares"), {"shares": "Shares (total)"}),
    ("linkedin_days", "linkedin", LINKEDIN_PT, {"day": "Data", "reactions": "Reações (total)",
                                                "shares": "Compartilhamentos (total)"}),
    ("x_video", "x", "Date,Views,Watch Time (ms),Completion Rate,Average Watch Time (ms)", {"video_views": "Views"}),
    ("linkedin_followers", "linkedin",
     "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers",
     {"day": "Date", "new_follows": "Total followers", "new_follows_organic": "Organic followers",
      "new_follows_paid": "Sponsored followers", "new_follows_invited": "Auto-invited followers"}),
    ("linkedin_visitors", "linkedin",
     "Date,Overview page views (total),Total page views (mobile),Total page views (total),Total unique visitors (total)",
     {"profile_views": "Total page views (total)", "visitors": "Total unique visitors (total)"}),
    ("meta_days", "facebook", "Date; Primary,Facebook follows,Content interactions,Facebook visits,Viewers",
     {"new_follows": "Facebook follows", "engagements": "Content interactions", "profile_views": "Facebook visits",
      "reach": "Viewers"}),
    ("instagram_posts", "instagram", INSTAGRAM, {"saves": "Saves", "new_follows": "Follows"}),
    ("x_posts", "x", X_POSTS, {"saves": "Bookmarks", "link_shares": "Shares", "profile_views": "Profile visits"}),
    ("youtube_days", "youtube", "Date,Views,Watch time (hours)", {"day": "Date", "views": "Views"}),
    ("youtube_posts", "youtube",
     "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Impressions",
     {"post_id": "Content", "published": "Video publish time", "views": "Views"}),
]  # fmt: skip


def headings(line):
    """A semicolon is a comma within a heading."""
    return [heading.replace(";", ",") for heading in line.split(",")]


def meanings_of(header, platform):
    found = recognize(header, platform=platform)
    return found.export.name, {meaning: header[at] for at, meaning in enumerate(found.meanings) if meaning}


@pytest.mark.parametrize(("name", "platform", "header", "reads"), KNOWN)
def test_a_platforms_file_is_known_and_its_columns_mean_ours(name, platform, header, reads):
    found, meanings = meanings_of(headings(header), platform)
    assert found == name
    assert reads.items() <= meanings.items()
    assert "engagement rate" not in {heading.casefold() for heading in meanings.values()}


@pytest.mark.parametrize(("name", "platform", "header", "reads"), KNOWN)
def test_order_and_further_columns_change_nothing(name, platform, header, reads):
    columns = [*headings(header), "Something new", "Problem"]
    random.Random(7).shuffle(columns)  # noqa: S311 - the same order in every run
    assert meanings_of(columns, platform) == meanings_of(headings(header), platform)


@pytest.mark.parametrize(
    ("platform", "header", "words"),
    [
        ("facebook", X_DAYS, "X account by day, exported by X"),
        ("x", FACEBOOK, "Facebook posts, exported by Meta"),
        ("facebook", INSTAGRAM, "Instagram posts, exported by Meta"),
        ("instagram", "Date,Video Views,Profile Views,Likes", "TikTok overview by day, exported by TikTok"),
        ("tiktok", "Gender,Distribution", "FollowerHistory"),
        ("youtube", "Date,Geography,Views", "Choose Totals.csv"),
    ],
)
def test_a_file_of_another_account_or_without_figures_says_what_to_choose(platform, header, words):
    with pytest.raises(Refused, match=words):
        recognize(header.split(","), platform=platform)


def test_our_own_columns_are_no_platforms_file():
    for header in ("date,followers,posts", "Date,Impressions,Reach,Interactions", "Date,Likes,Comments", ""):
        assert recognize(header.split(","), platform="mastodon") is None


def test_the_names_that_are_kept_are_short_and_each_file_brings_days_or_posts_or_a_refusal():
    for name, export in EXPORTS.items():
        assert len(name) <= 60
        assert brings_posts(name) is export.brings_posts
        assert export.refusal == "" or export.refusal.endswith(".")
    assert not brings_posts("")


def days_of(header, rows, *, platform):
    found = recognize(header, platform=platform)
    guess = guess_layout(header, rows, found.meanings, recognized=found)
    assert guess.question == ""
    columns = match_columns(header, guess.layout)
    return columns, list(read_rows(enumerate(rows, 2), columns=columns, today=TODAY))


def test_new_followers_are_told_beside_and_a_total_of_something_else_is_refused():
    header = ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"]
    rows = [
        ["11/02/2026", "1", "4", "2", "7"],
        ["11/03/2026", "0", "3", "0", "1204"],
        ["11/04/2026", "0", "-1", "", "-1"],
    ]
    columns, (first, second, third) = days_of(header, rows, platform="linkedin")
    assert columns.metrics == ()
    assert [first.further[metric] for metric in columns.further] == [1, 4, 2, 7]
    assert isinstance(second, RowProblem)
    assert "1,204 new followers is not the sum of its parts, 3" in second.sentence
    assert third.further[FurtherMetric.NEW_FOLLOWS] == -1


def test_what_posts_tell_beside_the_metrics_is_read_with_them():
    header = X_POSTS.split(",")
    row = [
        "1",
        "2026-11-01",
        "Hello",
        "https://x.com/e/status/1",
        "9",
        "1",
        "12",
        "2",
        "3",
        "-",
        "0",
        "0",
        "4",
        "5",
        "0",
        "0",
        "odd",
    ]
    found = recognize(header, platform="x")
    columns = match_columns(header, guess_layout(header, [row], found.meanings, recognized=found).layout)
    (odd,) = read_post_rows([(2, row)], columns=columns, today=TODAY, zone=ZONE)
    assert odd.sentence.startswith("Clicks on a post’s address: “odd” is not a number")
    (read,) = read_post_rows([(2, [*row[:-1], "6"])], columns=columns, today=TODAY, zone=ZONE)
    assert read.further == {
        FurtherMetric.ENGAGEMENTS: 12, FurtherMetric.SAVES: 2, FurtherMetric.LINK_SHARES: 3,
        FurtherMetric.PROFILE_VIEWS: 4, FurtherMetric.DETAIL_VIEWS: 5, FurtherMetric.HASHTAG_CLICKS: 0,
        FurtherMetric.PERMALINK_CLICKS: 6,
    }  # fmt: skip


def test_a_platforms_words_for_nothing_are_reasons_and_its_totals_are_passed_over():
    header = ["Date", "Followers", "Difference in followers from previous day"]
    rows = [
        ["2026-11-01", "undefined", "undefined"],
        ["2026-11-02", "-", "0"],
        ["Total", "9", ""],
        ["2026-11-03", "8.0"],
    ]
    _, found = days_of(header, rows, platform="tiktok")
    assert [row.figures[Metric.FOLLOWERS] for row in found] == [
        Figure.missing(Reason.NOT_COLLECTED), Figure.missing(Reason.BLANK), Figure.of(8),
    ]  # fmt: skip


def test_a_count_that_falls_is_read_where_a_platform_takes_back_and_refused_elsewhere():
    _, (linkedin,) = days_of(LINKEDIN.split(","), [["10/13/2026", "5", "0", "5", "4", "1", "-2", "-2", "0", "0", "0.1"]],
                             platform="linkedin")  # fmt: skip
    assert linkedin.figures[Metric.REACTIONS].value == -2
    _, (x,) = days_of(X_DAYS.split(","), [["Tue, Mar 10, 2026", "5", "-2", *["0"] * 11]], platform="x")
    assert isinstance(x, RowProblem)


def test_what_the_platform_is_known_to_write_settles_the_order_of_days_in_its_own_language_only():
    row = ["03/04/2026"] + ["1"] * 10
    columns, (found,) = days_of(LINKEDIN.split(","), [row], platform="linkedin")
    assert (columns.date_order, found.day) == (DateOrder.MONTH_FIRST, date(2026, 3, 4))
    header = LINKEDIN_PT.split(",")
    known = recognize(header, platform="linkedin")
    assert "in two ways" in guess_layout(header, [row], known.meanings, recognized=known).question


def test_numbers_written_in_two_ways_are_asked_about():
    header = ["date", "views", "reach"]
    guess = guess_layout(header, [["2026-11-01", "1,234", "1.234"]], ("day", "views", "reach"))
    assert guess.question.startswith("Some numbers of the file have commas")


def test_months_as_columns_are_refused_with_what_to_give():
    with pytest.raises(Refused, match="column for each month, such as 2008-04"):
        refuse_other_tables(["Library", *(f"2008-{month:02}" for month in range(4, 13)), "2025-3"])


def posts_of(header, rows, *, platform, layout=None):
    found = recognize(header, platform=platform)
    guess = guess_layout(header, rows, found.meanings, recognized=found)
    assert guess.question == ""
    columns = match_columns(header, layout or guess.layout)
    return columns, list(read_post_rows(enumerate(rows, 2), columns=columns, today=TODAY, zone=ZONE))


def x_old(name="1465691234567890123", *, at="2021-11-30 16:00 +0000", text="Story time?", impressions="1777.0"):
    link = f"https://twitter.com/library/status/{name}"
    return [name, link, text, at, impressions, "5", "0.1", "2", "1", "4", "0", "3", "0", "0", "0", "-"]


def test_a_post_of_x_keeps_its_long_id_and_its_minute():
    _, (post,) = posts_of(X_OLD.split(","), [x_old()], platform="x")
    assert isinstance(post, PostRow)
    assert post.external_id == "1465691234567890123"
    assert post.published_at.isoformat() == "2021-11-30T16:00:00+00:00"
    assert {metric.value: figure.value for metric, figure in post.figures.items()} == {
        "views": 1777, "reactions": 4, "comments": 1, "shares": 2, "link_clicks": 3,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["1.22158E+17", "1,22158E+17", "1.2e17"])
def test_an_id_that_a_spreadsheet_cut_short_is_refused(name):
    _, (problem,) = posts_of(X_OLD.split(","), [x_old(name)], platform="x")
    assert "without opening and saving it" in problem.sentence


def test_posts_amount_to_days_and_a_day_with_a_row_left_out_is_not_counted():
    rows = [
        x_old("1", at="2021-11-28 23:00 +0000"),
        x_old("2", at="2021-11-30 16:00 +0000", text="@you Yes"),
        x_old("3", at="2021-12-01 16:00 +0000"),
        x_old("4.1E+17", at="2021-12-01 17:00 +0000"),
        x_old("3", at="2021-12-02 17:00 +0000"),
    ]
    columns, found = posts_of(X_OLD.split(","), rows, platform="x")
    counting = DaysOfPosts(columns, ZONE)
    for outcome in found:
        counting.add(outcome)
    days = {entry.day: {m.value: f.value for m, f in entry.figures.items()} for entry in counting.days()}
    assert sorted(days) == [date(2021, 11, 28), date(2021, 11, 29), date(2021, 11, 30)]
    assert days[date(2021, 11, 29)]["posts"] == 0
    assert days[date(2021, 11, 30)] == {
        "posts": 1, "asks": 0, "replies": 1, "reactions": 4, "comments": 1, "shares": 2, "views": 1777, "link_clicks": 3,
    }  # fmt: skip
    assert "already on line 4" in found[-1].sentence


def test_days_are_not_counted_from_some_of_the_posts():
    header = ["Content", "Video title", "Video publish time", "Duration", "Views"]
    columns, found = posts_of(header, [["Total", "", "", "", "9"], ["Ab-1", "Tour", "Sep 29, 2025", "60", "9"]],
                              platform="youtube")  # fmt: skip
    assert [post.external_id for post in found] == ["Ab-1"]
    assert counts_of(columns) == ()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.tiktok.com/@library/video/7312345678901234567?lang=en", "7312345678901234567"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678/", "urn:li:activity:7123456789012345678"),
        ("https://blog.example/a-post/?utm=1", "https://blog.example/a-post"),
        ("javascript:alert(1)", None),
    ],
)  # fmt: skip
def test_a_post_without_a_column_of_ids_is_known_by_its_address(url, name):
    layout = Layout(("published", "post_url", "views"), DateOrder.YEAR_FIRST)
    columns = match_columns(["When", "Where", "Views"], layout)
    [found] = read_post_rows([(2, ["2026-10-01", url, "3"])], columns=columns, today=TODAY, zone=ZONE)
    assert (found.external_id if isinstance(found, PostRow) else None) == name


ANY = st.one_of(st.text(max_size=20), st.from_regex(r"[-+=]?[0-9.,E]{0,12}", fullmatch=True))


@settings(max_examples=40)
@given(st.sampled_from(KNOWN), st.lists(st.lists(ANY, max_size=20), max_size=5))
def test_any_rows_under_known_headings_are_read_or_told(known, rows):
    _, platform, header, _ = known
    found = recognize(headings(header), platform=platform)
    layout = guess_layout(headings(header), rows, found.meanings, recognized=found).layout
    columns = match_columns(headings(header), layout)
    numbered = list(enumerate(rows, 2))
    if layout.brings_posts:
        outcomes = list(read_post_rows(numbered, columns=columns, today=TODAY, zone=ZONE))
    else:
        outcomes = list(read_rows(numbered, columns=columns, today=TODAY))
    assert all(isinstance(one, RowProblem | DailyRow | PostRow) for one in outcomes)
