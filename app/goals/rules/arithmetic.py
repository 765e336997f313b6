"""The formulas of the KPIs this release computes, from sums, stocks, days and population of one place and period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.foundation.figures import Figure, Reason
from app.goals.rules.intervals import poisson, wilson
from app.goals.rules.judging import Measured
from app.goals.rules.states import StandingReason
from app.metrics.rules.contents import Contents
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.sums import DAYS_A_MONTH, DAYS_A_WEEK, Completeness, Flow

_THOUSAND = 1000
_PERCENT = 100
_MONTHS_A_YEAR = 12
_INTERACTIONS = (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES)
_NOTHING = Completeness(present=0, expected=0)
_UNKNOWN = Figure.missing(Reason.NOT_COLLECTED)


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many: covered of required minutes, active of open weeks, single-point of all duties."""

    of_these: int
    of_all: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one place amounts to in one period, summed over its accounts (never over platforms for followers).

    A flow that is absent from ``flows`` was not collected. ``months`` is the length of the period in mean months,
    for growth. ``population`` and the followers are figures, so that each carries its own reason.
    """

    flows: Mapping[Metric, Flow] = field(default_factory=dict)
    followers_at_start: Figure = _UNKNOWN
    followers_at_end: Figure = _UNKNOWN
    #: days with a follower count of the days expected
    followers_completeness: Completeness = _NOTHING
    population: Figure = _UNKNOWN
    months: float = 3.0
    #: minutes (or windows) of duty covered of those required
    coverage: Part | None = None
    #: duties with fewer than two people of all duties
    single_duties: Part | None = None
    #: weeks with a post of weeks the branch was open
    weeks: Part | None = None
    #: metric-days present of metric-days expected
    metric_days: Part | None = None
    #: what the kept posts are made of; None where none is kept
    contents: Contents | None = None
    #: the planned share of each topic in percent; empty where the consortium has no plan
    planned: Mapping[str, int] = field(default_factory=dict)


def compute(kpi_id: str, inputs: Inputs) -> Measured:
    """The KPI's figure in its own unit (shares from 0 to 100), or the reason it is missing.

    Raises KeyError for a KPI this release does not compute; the catalogue says which it does.
    """
    return FORMULAS[kpi_id](inputs)


def _flow(inputs: Inputs, metric: Metric) -> Flow:
    return inputs.flows.get(metric, Flow(Figure.missing(Reason.NOT_COLLECTED), _NOTHING))


def _missing(reason: Reason | None, *, n: int | None = None, completeness: float = 1.0) -> Measured:
    return Measured(Figure.missing(reason or Reason.NOT_COLLECTED), n=n, completeness=completeness)


def _without_population(population: Figure, *, completeness: float) -> Measured:
    figure = Figure.missing(population.reason or Reason.NO_CASES)
    return Measured(figure, completeness=completeness, hindrance=StandingReason.NO_POPULATION)


def _least(*flows: Flow) -> float:
    return min(flow.completeness.share for flow in flows)


def _part(part: Part | None) -> Measured:
    """A share of everything there is: no sample, so no interval."""
    if part is None:
        return _missing(Reason.NOT_COLLECTED)
    if part.of_all == 0:
        return _missing(Reason.NO_CASES, n=0)
    share = part.of_these / part.of_all * _PERCENT
    return Measured(Figure.of(share, n=part.of_all), n=part.of_all, numerator=part.of_these, denominator=part.of_all)


def _share(inputs: Inputs, *, of_these: Metric, of_all: Metric) -> Measured:
    """A share of counted cases, with its Wilson interval."""
    above, below = _flow(inputs, of_these), _flow(inputs, of_all)
    complete = _least(above, below)
    if above.total.value is None or below.total.value is None:
        return _missing(below.total.reason or above.total.reason, completeness=complete)
    cases, n = above.total.value, round(below.total.value)
    if n == 0:
        return _missing(Reason.NO_CASES, n=0, completeness=complete)
    # a figure corrected on one side only may leave more cases than there were; they are not shown as 104%
    cases = min(cases, n)
    return Measured(
        Figure.of(cases / n * _PERCENT, n=n),
        n=n,
        interval=wilson(cases, n).times(_PERCENT),
        numerator=cases,
        denominator=n,
        completeness=complete,
    )


def _cadence(inputs: Inputs) -> Measured:
    posts = _flow(inputs, Metric.POSTS)
    return Measured(
        posts.per_days(DAYS_A_WEEK),
        n=posts.completeness.present // DAYS_A_WEEK,
        numerator=posts.total.value,
        denominator=posts.completeness.present / DAYS_A_WEEK,
        completeness=posts.completeness.share,
    )


def _conversation(inputs: Inputs) -> Measured:
    replies, posts = _flow(inputs, Metric.REPLIES), _flow(inputs, Metric.POSTS)
    complete = _least(replies, posts)
    if replies.total.value is None or posts.total.value is None:
        return _missing(posts.total.reason or replies.total.reason, completeness=complete)
    n = round(posts.total.value)
    if n == 0:
        return _missing(Reason.NO_CASES, n=0, completeness=complete)
    ratio = replies.total.value / n
    return Measured(Figure.of(ratio, n=n), n=n, numerator=replies.total.value, denominator=n, completeness=complete)


def _growth(inputs: Inputs) -> Measured:
    """Net growth a month; a base of nobody has no growth rate."""
    start, end = inputs.followers_at_start, inputs.followers_at_end
    complete = inputs.followers_completeness.share
    if start.value is None or end.value is None:
        return _missing(start.reason or end.reason, completeness=complete)
    base = round(start.value)
    if base == 0:
        return _missing(Reason.NO_CASES, n=0, completeness=complete)
    gained = end.value - start.value
    rate = gained / base * _PERCENT / inputs.months
    return Measured(Figure.of(rate, n=base), n=base, numerator=gained, denominator=base, completeness=complete)


def _followers_per_1000(inputs: Inputs) -> Measured:
    end, people = inputs.followers_at_end, inputs.population
    complete = inputs.followers_completeness.share
    if end.value is None:
        return _missing(end.reason, completeness=complete)
    if not people.value:
        return _without_population(people, completeness=complete)
    return Measured(
        Figure.of(end.value / people.value * _THOUSAND),
        numerator=end.value,
        denominator=people.value,
        completeness=complete,
    )


def _questions(inputs: Inputs) -> Measured:
    """Questions answered in time, a month, with the exact interval of a count."""
    return _counted(_flow(inputs, Metric.QUESTIONS_IN_TIME), days=DAYS_A_MONTH)


def _questions_per_1000(inputs: Inputs) -> Measured:
    a_year = _counted(_flow(inputs, Metric.QUESTIONS_IN_TIME), days=DAYS_A_MONTH * _MONTHS_A_YEAR)
    return _per_1000(a_year, inputs.population)


def _interactions_per_1000(inputs: Inputs) -> Measured:
    """Reactions, comments and shares a month; all three must be known, since a partial sum looks like a small one."""
    flows = [_flow(inputs, metric) for metric in _INTERACTIONS]
    complete = _least(*flows)
    if reason := next((flow.total.reason for flow in flows if flow.total.reason), None):
        return _missing(reason, completeness=complete)
    total = sum(flow.total.value or 0.0 for flow in flows)
    monthly = sum(flow.per_days(DAYS_A_MONTH).value or 0.0 for flow in flows)
    count = Measured(Figure.of(monthly), n=round(total), numerator=total, completeness=complete)
    return _per_1000(count, inputs.population)


def _counted(flow: Flow, *, days: float) -> Measured:
    """A count at the pace of the observed days; interactions get no interval, since they come in bursts."""
    complete = flow.completeness.share
    if flow.total.value is None:
        return _missing(flow.total.reason, completeness=complete)
    count, scale = round(flow.total.value), days / max(flow.completeness.present, 1)
    return Measured(
        Figure.of(count * scale, n=count),
        n=count,
        interval=poisson(count).times(scale),
        numerator=count,
        completeness=complete,
    )


def _per_1000(count: Measured, population: Figure) -> Measured:
    if count.figure.value is None:
        return count
    if not population.value:
        return _without_population(population, completeness=count.completeness)
    scale = _THOUSAND / population.value
    return Measured(
        Figure.of(count.figure.value * scale, n=count.n),
        n=count.n,
        interval=count.interval.times(scale) if count.interval else None,
        numerator=count.numerator,
        denominator=population.value,
        completeness=count.completeness,
    )


def _kept(inputs: Inputs) -> float:
    """Which share of the posts that were counted is kept with its content."""
    counted = _flow(inputs, Metric.POSTS).total.value
    kept = inputs.contents.posts if inputs.contents else 0
    return min(kept / counted, 1.0) if counted else 1.0


def _content_share(inputs: Inputs, *, of_these: int, of_all: int, known: float = 1.0) -> Measured:
    """A share of what the posts carry; ``known`` is the share of those of which it is known at all."""
    complete = known * _kept(inputs)
    if inputs.contents is None:
        return _missing(Reason.NOT_COLLECTED)
    if of_all == 0:
        return _missing(Reason.NO_CASES, n=0, completeness=complete)
    return Measured(
        Figure.of(of_these / of_all * _PERCENT, n=of_all),
        n=of_all,
        interval=wilson(of_these, of_all).times(_PERCENT),
        numerator=of_these,
        denominator=of_all,
        completeness=complete,
    )


def _topic_distance(inputs: Inputs) -> Measured:
    """Half the sum of the differences between actual and planned shares; posts without a topic make it incomplete."""
    told = inputs.contents or Contents()
    if not inputs.planned or inputs.contents is None:
        return _missing(Reason.NOT_COLLECTED)
    complete = _kept(inputs) * (told.with_topic / told.own if told.own else 1.0)
    if not told.with_topic:
        return _missing(Reason.NO_CASES, n=0, completeness=complete)
    apart = sum(
        abs(told.topics.get(name, 0) / told.with_topic * _PERCENT - inputs.planned.get(name, 0))
        for name in {*told.topics, *inputs.planned}
    )
    return Measured(Figure.of(apart / 2, n=told.with_topic), n=told.with_topic, completeness=complete)


def _pictures(inputs: Inputs) -> Measured:
    told = inputs.contents or Contents()
    return _content_share(inputs, of_these=told.with_media, of_all=told.posts)


def _described(inputs: Inputs) -> Measured:
    told = inputs.contents or Contents()
    known = told.pictures_told / told.pictures if told.pictures else 1.0
    return _content_share(inputs, of_these=told.images_described, of_all=told.images, known=known)


def _captioned(inputs: Inputs) -> Measured:
    told = inputs.contents or Contents()
    known = told.videos_told / told.videos if told.videos else 1.0
    return _content_share(inputs, of_these=told.videos_captioned, of_all=told.videos_speaking, known=known)


#: by KPI id; exactly the catalogue's available ones
FORMULAS: Mapping[str, Callable[[Inputs], Measured]] = {
    "K02": lambda inputs: _part(inputs.coverage),
    "K03": lambda inputs: _part(inputs.single_duties),
    "K06": _cadence,
    "K07": lambda inputs: _part(inputs.weeks),
    "K08": _topic_distance,
    "K10": _pictures,
    "K11": _described,
    "K12": _captioned,
    "K13": _conversation,
    "K14": lambda inputs: _share(inputs, of_these=Metric.BROADCASTS, of_all=Metric.POSTS),
    "K16": _growth,
    "K17": _followers_per_1000,
    "K28": lambda inputs: _share(inputs, of_these=Metric.QUESTIONS_IN_TIME, of_all=Metric.QUESTIONS_DUE),
    "K34": _questions,
    "K35": _questions_per_1000,
    "K49": lambda inputs: _part(inputs.metric_days),
    "K51": _interactions_per_1000,
}
