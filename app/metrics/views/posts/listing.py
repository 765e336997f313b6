"""The list of a place's posts, newest first, narrowed by its address; the same as CSV; and one post."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.consortia.models import Place
from app.consortia.queries import settings_of, today_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.figures import Reason
from app.metrics.forms import TagForm
from app.metrics.models import Post, PostChange
from app.metrics.queries.post_changes import find_last_post_change
from app.metrics.queries.posts import post_figures_of
from app.metrics.queries.tagged import (
    PAGE_SIZE,
    PostKind,
    count_posts,
    get_post,
    posts_for_download,
    posts_listed,
    tags_of,
)
from app.metrics.queries.tagging import find_last_batch, names_of, rules_by_id, topics_of
from app.metrics.rules.dictionary import FurtherMetric, Metric, offered_by
from app.metrics.rules.hand_posts import why_fixed
from app.metrics.rules.runs import RunKind
from app.metrics.rules.tags import OPEN, SUBJECTS, TICKS, TagKind, format_seen, words_of
from app.metrics.views.posts.asked import ticks_asked_at, ticks_shown, unasked_words
from app.metrics.views.posts.narrowing import UNTAGGED, kept, narrowed, tag_choices
from app.metrics.views.posts.offering import give_choices
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform, platforms
from app.web.exports import csv_response
from app.web.narrowing import SHOWN_DAYS, period_of
from app.web.paging import page_asked

blueprint = Blueprint("posts", __name__, template_folder="../../templates")
#: counts of a post, in the order of a row
FIGURES = ("reactions", "comments", "shares", "views", "reach", "link_clicks")
#: for so long a batch is offered to be undone
_UNDO_FOR = timedelta(hours=1)
_YES_NO = [("", "Any"), ("yes", "With a picture or video"), ("no", "Without")]
_HEADER = (
    "place_code", "place", "platform", "handle", "published_at", "kind", "text", "address", "picture_or_video",
    *FIGURES, *(kind.value for kind in (*SUBJECTS, *TICKS)), "came_in", "looks_like",
)  # fmt: skip


def place_of_post(post_id: int, **_others: object) -> Place:
    """``at=`` for a post's pages."""
    return get_post(db.session, post_id, within=Scope(consortium_id=current_actor().consortium_id)).account.place


@blueprint.get("/at/<string:place>/posts")
@requires(Permission.METRICS_READ, at=place_in_path)
def index(place: str) -> str:
    """The posts of a place and all below it, newest first, fifty a page; how many of them nobody has tagged."""
    wanted = narrowed(request.args, today=_today(), zone=_zone())
    found = count_posts(db.session, within=current_scope(), narrowed=wanted)
    number = page_asked(found.total)
    posts = posts_listed(db.session, within=current_scope(), narrowed=wanted, number=number)
    address = kept(request.args)
    form = TagForm()
    used = give_choices(form)
    may_tag = may_here(Permission.METRICS_IMPORT)
    asked = ticks_asked_at(current_place())
    return render_template(
        "metrics/posts/index.html",
        place=current_place(),
        code=place,
        posts=posts,
        tags=tags_of(db.session, [post.id for post in posts], within=whole_consortium()),
        counts=found,
        number=number,
        page_size=PAGE_SIZE,
        period=period_of(request.args, today=_today()),
        narrowed=wanted,
        address=address,
        back=urlencode(address, doseq=True),
        url_of_page=lambda page: url_for(".index", place=place, **address, page=page),
        untagged_url=url_for(".index", place=place, **(address | {"tag": [UNTAGGED]})),
        csv_url=url_for(".export", place=place, **address),
        form=form,
        used=used,
        last_batch=_last_batch() if may_tag else None,
        last_change=_last_change() if may_tag else None,
        may_tag=may_tag,
        subjects=SUBJECTS,
        ticks=TICKS,
        ticks_shown=ticks_shown(asked),
        asked=asked,
        unasked=unasked_words(asked),
        figures=FIGURES,
        choices={
            "platform": [("", "All"), *((each.name, each.label) for each in platforms())],
            "kind": [("", "All"), *((each.value, each.label) for each in PostKind)],
            "origin": [("", "All"), *((each.value, each.label) for each in RunKind if each is not RunKind.DEMO)],
            "media": _YES_NO,
            "tag": tag_choices(topics_of(db.session, within=whole_consortium()), used, ticks_shown(asked)),
        },
        words_of=words_of,
        looks_like=looks_like,
        label_of=lambda name: get_platform(name).label,
        zone=_zone().key,
    )


@blueprint.get("/at/<string:place>/posts.csv")
@requires(Permission.METRICS_READ, at=place_in_path)
def export(place: str) -> Response:
    """The list as narrowed, at most 20,000 rows, with tags and figures; at the end what is told of any beside them."""
    wanted = narrowed(request.args, today=_today(), zone=_zone())
    posts = posts_for_download(db.session, within=current_scope(), narrowed=wanted)
    tags = tags_of(db.session, [post.id for post in posts], within=whole_consortium())
    beside = post_figures_of(db.session, [post.id for post in posts], within=whole_consortium())
    told = [metric for metric in FurtherMetric if any(metric in its for its in beside.values())]
    return csv_response(
        f"posts-{place}.csv",
        (*_HEADER, *told),
        (
            [
                post.account.place.code, post.account.place.name, get_platform(post.account.platform).label,
                post.account.handle, post.published_at, kind_of(post).label, post.text, post.url,
                "yes" if post.has_media else "no", *(getattr(post, name) for name in FIGURES),
                *(
                    words_of(kind, tags[post.id][kind].value) if kind in tags.get(post.id, {}) else ""
                    for kind in (*SUBJECTS, *TICKS)
                ),
                post.run.kind.label, looks_like(post),
                *(its[metric].value if metric in (its := beside.get(post.id, {})) else None for metric in told),
            ]
            for post in posts
        ),
    )  # fmt: skip


@blueprint.get("/posts/<int:post_id>")
@requires(Permission.METRICS_READ, at=place_of_post)
def show(post_id: int) -> str:
    """One post: its words, its figures and where they came from, what was said of it, by whom and when."""
    post = get_post(db.session, post_id, within=whole_consortium())
    tags = tags_of(db.session, [post.id], within=whole_consortium()).get(post.id, {})
    asked = ticks_asked_at(post.account.place)
    form = TagForm(None, data={kind.value: tag.value for kind, tag in tags.items()})
    used = give_choices(form, held=tags)
    return render_template(
        "metrics/posts/show.html",
        post=post,
        platform=get_platform(post.account.platform),
        kind=kind_of(post),
        tags=[(kind, tags[kind]) for kind in TagKind if kind in tags],
        names=names_of(
            db.session, (tag.person_id for tag in tags.values() if tag.person_id), within=whole_consortium()
        ),
        rules=rules_by_id(db.session, [tag.rule_id for tag in tags.values() if tag.rule_id], within=whole_consortium()),
        figures=[_figure(post, name) for name in FIGURES],
        beside=post_figures_of(db.session, [post.id], within=whole_consortium()).get(post.id, {}),
        form=form,
        used=used,
        open_kinds=OPEN,
        subjects=SUBJECTS,
        ticks_shown=ticks_shown(asked, tags),
        asked=asked,
        unasked=unasked_words(asked),
        words_of=words_of,
        looks_like=looks_like(post),
        may_tag=may_here(Permission.METRICS_IMPORT),
        why_fixed=why_fixed(post.run.kind, platform=get_platform(post.account.platform).label),
        day=local_day(post.published_at, _zone().key),
        zone=_zone().key,
    )


def _figure(post: Post, name: str) -> tuple[str, int | None, str, date | None]:
    """A count in words, its value, and why the platform does not tell it (any more) and since when."""
    label, value, platform = name.replace("_", " ").capitalize(), getattr(post, name), post.account.platform
    if post.untold and name in post.untold:
        reason, since = post.untold[name]
        return label, value, why_untold(Reason(reason), platform), date.fromisoformat(since)
    is_offered = value is not None or post.run.kind is not RunKind.PULL or Metric(name) in offered_by(platform)
    return label, value, "" if is_offered else why_untold(Reason.NOT_SUPPORTED, platform), None


def why_untold(reason: Reason, platform: str) -> str:
    """As a reason reads beside one post."""
    return f"Not offered by {get_platform(platform).label}" if reason is Reason.NOT_SUPPORTED else reason.label


def kind_of(post: Post) -> PostKind:
    """What a post is beside others."""
    if post.is_repost:
        return PostKind.REPOST
    return PostKind.REPLY if post.is_reply else PostKind.POST


def looks_like(post: Post) -> str:
    """The format in words that the reading suggests."""
    return words_of(TagKind.FORMAT, format_seen(has_media=post.has_media, has_link=post.has_link))


def start_of_days_shown() -> datetime:
    """The first instant of the days that a list shows until the reader says otherwise."""
    return datetime.combine(_today() - timedelta(days=SHOWN_DAYS - 1), time(), _zone())


def _last_batch() -> object:
    return find_last_batch(db.session, current_actor(), within=current_scope(), since=now() - _UNDO_FOR)


def _last_change() -> PostChange | None:
    return find_last_post_change(db.session, current_actor(), within=current_scope(), since=now() - _UNDO_FOR)


def _today() -> date:
    return today_of(db.session, within=whole_consortium(), at=now())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings_of(db.session, within=whole_consortium()).time_zone)
