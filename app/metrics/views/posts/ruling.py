"""Tag rules, tried on past posts before they are switched on; and the consortium's topics."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope, may
from app.consortia.models import Place
from app.consortia.queries import root_of, settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.ruling import RuleWords, end_rule, set_rule, set_topics
from app.metrics.actions.tagging import Hand, tag_posts
from app.metrics.forms import TagRuleForm, TopicsForm
from app.metrics.models import TagRule
from app.metrics.queries.tagged import PostText, tags_of, texts_of
from app.metrics.queries.tagging import count_tagged_by, get_rule, names_of, own_topics, rules_at, topics_of
from app.metrics.rules.tags import TagKind, read_topics, says, words_of
from app.metrics.views.posts.listing import blueprint, start_of_days_shown
from app.metrics.views.posts.offering import give_rule_choices
from app.people.guard import place_in_path, root_place
from app.web.filters import plural
from app.web.narrowing import SHOWN_DAYS

_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done to the posts of the last 90 days."""

    words: RuleWords
    #: posts that say the word
    found: Sequence[PostText]
    #: those of them without a tag of the kind
    open_ids: Sequence[int]
    #: those with the same tag already
    same: int

    @property
    def examples(self) -> Sequence[PostText]:
        """The newest ten."""
        return self.found[:_EXAMPLES]

    @property
    def otherwise(self) -> int:
        """How many are tagged otherwise already, and stay so."""
        return len(self.found) - len(self.open_ids) - self.same


def place_of_rule(rule_id: int, **_others: object) -> Place:
    """``at=`` for a rule's pages."""
    return get_rule(db.session, rule_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.get("/at/<string:place>/posts/rules")
@requires(Permission.METRICS_READ, at=place_in_path)
def rules(place: str) -> str:
    """The rules that tag posts at a place, those of places above and below too, and the topics."""
    found = rules_at(db.session, within=current_scope())
    root = root_of(db.session, within=whole_consortium())
    return render_template(
        "metrics/posts/rules.html",
        place=current_place(),
        code=place,
        rules=found,
        given=count_tagged_by(db.session, found, within=whole_consortium()),
        names=names_of(db.session, (rule.person_id for rule in found if rule.person_id), within=whole_consortium()),
        may_change={rule.id for rule in found if may(current_actor(), Permission.METRICS_IMPORT, rule.place.path)},
        topics=topics_of(db.session, within=whole_consortium()),
        are_own=bool(own_topics(db.session, within=whole_consortium())),
        may_write=may_here(Permission.METRICS_IMPORT),
        may_set_topics=may(current_actor(), Permission.METRICS_IMPORT, root.path),
        words_of=words_of,
        zone=_zone(),
    )


@blueprint.route("/at/<string:place>/posts/rules/new", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def try_rule(place: str) -> ResponseReturnValue:
    """A rule to be: written in the address and tried on the past; a POST switches it on."""
    return _rule_page(place, None)


@blueprint.route("/at/<string:place>/posts/rules/<int:rule_id>/change", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def change_rule(place: str, rule_id: int) -> ResponseReturnValue:
    """The same for a rule that is there: the changed one takes its place."""
    rule = get_rule(db.session, rule_id, within=whole_consortium())
    if rule.place_id != current_place().id:
        flash(f"This rule belongs to {rule.place.name}; it is changed there.", "off")
        return redirect(url_for(".rules", place=place))
    return _rule_page(place, rule)


@blueprint.post("/posts/rules/<int:rule_id>/end")
@requires(Permission.METRICS_IMPORT, at=place_of_rule)
def remove_rule(rule_id: int) -> ResponseReturnValue:
    """Tag no more by this rule; its tags stay."""
    rule = get_rule(db.session, rule_id, within=whole_consortium())
    end_rule(db.session, rule, by=current_actor(), at=now())
    db.session.commit()
    flash(f"{rule.says} tags no more posts. The tags it gave stay.", "ok")
    return redirect(url_for(".rules", place=rule.place.code))


@blueprint.route("/posts/topics", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=root_place)
def topics() -> ResponseReturnValue:
    """The topics of the consortium with their planned shares, one a line."""
    here = topics_of(db.session, within=whole_consortium())
    lines = "\n".join(topic.name if topic.percent is None else f"{topic.name} {topic.percent}" for topic in here)
    form = TopicsForm(topics=lines)
    root = current_place()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                told = read_topics(form.topics.data or "")
                set_topics(db.session, root, told, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The topics are saved.", "ok")
            return redirect(url_for(".rules", place=root.code))
    return render_template("metrics/posts/topics.html", form=form, root=root)


def _rule_page(place: str, rule: TagRule | None) -> ResponseReturnValue:
    form = TagRuleForm(request.values if "says" in request.values else None, **_as_written(rule))
    give_rule_choices(form)
    trial = None
    try:
        with db.session.begin_nested() if request.method == "POST" else nullcontext():
            if "says" in request.values:
                trial = _trial(form)
            if request.method == "POST" and trial is not None:
                told = _switch_on(trial, rule)
    except Refused as refusal:
        trial = None
        form.refuse(refusal)
    if request.method == "POST" and trial is not None:
        db.session.commit()
        flash(told, "ok")
        return redirect(url_for(".rules", place=place))
    return render_template(
        "metrics/posts/rule.html",
        place=current_place(),
        code=place,
        rule=rule,
        form=form,
        trial=trial,
        days=SHOWN_DAYS,
        words_of=words_of,
        zone=_zone(),
    )


def _as_written(rule: TagRule | None) -> dict[str, str]:
    if rule is None:
        return {}
    if rule.kind in {TagKind.COMMUNITY, TagKind.PARTNER}:
        return {"says": rule.says, "tag": f"{rule.kind.value}:", "own": rule.value}
    return {"says": rule.says, "tag": f"{rule.kind.value}:{rule.value}"}


def _trial(form: TagRuleForm) -> Trial:
    """Look through the posts of the last 90 days at this place and below."""
    name, _, value = str(form.tag.data or "").partition(":")
    if name not in set(TagKind):
        raise Refused("Choose the tag from the list.", field="tag")
    words = RuleWords.of(form.says.data or "", TagKind(name), value or form.own.data or "")
    since = start_of_days_shown()
    maybe = texts_of(db.session, within=current_scope(), since=since, holding=words.says)
    found = [post for post in maybe if says(post.text, words.says)]
    tags = tags_of(db.session, [post.id for post in found], within=whole_consortium())
    held = {post.id: tags.get(post.id, {}).get(words.kind) for post in found}
    return Trial(
        words=words,
        found=found,
        open_ids=[post_id for post_id, tag in held.items() if tag is None],
        same=sum(tag is not None and tag.value == words.value for tag in held.values()),
    )


def _switch_on(trial: Trial, before: TagRule | None) -> str:
    by, at = current_actor(), now()
    made = set_rule(db.session, current_place(), trial.words, by=by, at=at, instead_of=before)
    told = f"{made.says} tags new posts from now on."
    if request.form.get("past") and trial.open_ids:
        wanted = {made.kind: made.value}
        batch = tag_posts(db.session, current_place(), trial.open_ids, wanted, hand=Hand(by=by, at=at, rule=made))
        told += f" {plural(batch.posts, 'past post is', 'past posts are')} tagged too."
    return told


def _zone() -> str:
    return settings_of(db.session, within=whole_consortium()).time_zone
