"""Reading how the file of an import is laid out, and its rows beside what is held: the preview."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.errors import NotFound
from app.imports.models import ImportMatch, SavedMatch, StagedPost
from app.imports.queries.imports import further_metrics_of, metrics_of
from app.imports.queries.post_files import LONGEST_TEXT, outcomes_of, post_metrics
from app.imports.rules.exports import brings_posts
from app.imports.rules.files import suggested_day
from app.imports.rules.layouts import Layout
from app.imports.rules.meanings import DAY, POST_TEXT, PUBLISHED
from app.metrics.models import DailyFigure, FurtherFigure, Run, RunProblem, StagedFigure, StagedFurther
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source

#: rows with problems on a page, each with its neighbors; and lines on a page of all
MOST_PROBLEM_ROWS = 20
PAGE_LINES = 50


@dataclass(frozen=True, slots=True)
class StagedDay:
    """A row of a checked file: what it brings, and what the day holds now (None for a new day)."""

    day: date
    line: int
    came: tuple[int | None, ...]
    held: tuple[int | None, ...] | None

    @property
    def outcome(self) -> str:
        """What importing it would do."""
        if self.held is None:
            return "New"
        differs = any(came is not None and came != held for came, held in zip(self.came, self.held, strict=True))
        return "Changed" if differs else "Same"


@dataclass(frozen=True, slots=True)
class CellSeen:
    """A cell of the preview: the number read, or the text of the file; is it to blame?"""

    value: int | None
    text: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A line of the file in the preview: ready with its effect, or with its problems."""

    line: int
    day: date | None
    day_text: str
    is_day_wrong: bool
    cells: tuple[CellSeen, ...]
    #: what importing the line does; "" where it stays out
    outcome: str = ""
    problems: tuple[str, ...] = ()
    #: the day that the lines around it leave out
    suggested: date | None = None
    #: the words of a post, shortened
    text: str = ""


def metrics_shown(run: Run) -> tuple[Metric | FurtherMetric, ...]:
    """The columns of the preview: what each row of the file brings."""
    metrics = metrics_of(run)
    return (*(post_metrics(metrics) if brings_posts(run.layout) else metrics), *further_metrics_of(run))


def find_match(session: Session, run: Run, *, within: Scope) -> ImportMatch | None:
    """How the file of a run is laid out, None before it was looked at."""
    return session.scalars(
        sa.select(ImportMatch).where(ImportMatch.consortium_id == within.consortium_id, ImportMatch.run_id == run.id)
    ).one_or_none()


def get_match(session: Session, run: Run, *, within: Scope) -> ImportMatch:
    """The same; NotFound before the file was looked at."""
    found = find_match(session, run, within=within)
    if found is None:
        raise NotFound("The columns of this file are not known. Choose it again.")
    return found


def find_saved_match(session: Session, mark: str, *, within: Scope) -> SavedMatch | None:
    """How files with these headings were read the last time."""
    return session.scalars(
        sa.select(SavedMatch).where(SavedMatch.consortium_id == within.consortium_id, SavedMatch.fingerprint == mark)
    ).one_or_none()


def layout_of(record: ImportMatch | SavedMatch) -> Layout:
    """The layout in a row; what is remembered of headings tells neither a year nor whose file it is."""
    layout = Layout(tuple(record.meanings), record.date_order, record.number_style)
    return replace(layout, year=record.year, export=record.export) if isinstance(record, ImportMatch) else layout


def held_sources(session: Session, run: Run, *, within: Scope) -> list[tuple[Source, int]]:
    """How many days of a checked file hold figures now, by where those came from, the most first."""
    statement = _held_days(run, within) if metrics_of(run) else _held_beside(run, within)
    return sorted(((source, number) for source, number in session.execute(statement)), key=lambda pair: -pair[1])


def _held_days(run: Run, within: Scope) -> sa.Select[Source, int]:
    return (
        sa.select(DailyFigure.source, sa.func.count())
        .join(StagedFigure, _is_held())
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            StagedFigure.consortium_id == within.consortium_id,
            StagedFigure.run_id == run.id,
        )
        .group_by(DailyFigure.source)
        .order_by(DailyFigure.source)
    )


def _held_beside(run: Run, within: Scope) -> sa.Select[Source, int]:
    """Of a file that tells only what is beside the figures."""
    days = (
        sa.select(FurtherFigure.source, FurtherFigure.account_id, FurtherFigure.day)
        .join(StagedFurther, _stands())
        .where(
            FurtherFigure.consortium_id == within.consortium_id,
            StagedFurther.consortium_id == within.consortium_id,
            StagedFurther.run_id == run.id,
        )
        .distinct()
        .subquery()
    )
    return sa.select(days.c.source, sa.func.count()).group_by(days.c.source).order_by(days.c.source)


def last_line(session: Session, run: Run, *, within: Scope) -> int:
    """The last line of a checked file that is known: staged, or with a problem."""
    stage = StagedPost if brings_posts(run.layout) else StagedFigure
    staged = sa.select(sa.func.max(stage.line)).where(
        stage.consortium_id == within.consortium_id, stage.run_id == run.id
    )
    wrong = sa.select(sa.func.max(RunProblem.line)).where(
        RunProblem.consortium_id == within.consortium_id, RunProblem.run_id == run.id
    )
    return max(session.scalar(staged) or 1, session.scalar(wrong) or 1)


def rows_between(session: Session, run: Run, *, first: int, last: int, within: Scope) -> list[RowSeen]:
    """The lines of a checked file from one to another, in the order of the file."""
    return _seen(session, run, lambda line: line.between(first, last), lambda line: line.between(first, last), within)


def problem_rows(session: Session, run: Run, *, within: Scope) -> list[RowSeen]:
    """The first lines with problems, each between the lines above and below it."""
    lines = session.scalars(
        sa.select(RunProblem.line)
        .where(RunProblem.consortium_id == within.consortium_id, RunProblem.run_id == run.id)
        .distinct()
        .order_by(RunProblem.line)
        .limit(MOST_PROBLEM_ROWS)
    ).all()
    around = {line + step for line in lines for step in (-1, 1)}
    return _seen(session, run, lambda line: line.in_(sorted(around)), lambda line: line.in_(lines), within)


#: which lines of a table are wanted, by its column of lines
_Lines = Callable[[sa.orm.InstrumentedAttribute[int]], sa.ColumnElement[bool]]


def _seen(session: Session, run: Run, staged: _Lines, wrong: _Lines, within: Scope) -> list[RowSeen]:
    match = find_match(session, run, within=within)
    if brings_posts(run.layout):
        posts = outcomes_of(session, run, staged(StagedPost.line), within=within)
        ready = {post.line: _ready_post(post, outcome, run) for post, outcome in posts}
    else:
        ready = {row.line: _ready(row) for row in _staged(session, run, staged(StagedFigure.line), within=within)}
    problems: dict[int, list[RunProblem]] = defaultdict(list)
    for problem in session.scalars(
        sa.select(RunProblem)
        .where(RunProblem.consortium_id == within.consortium_id, RunProblem.run_id == run.id, wrong(RunProblem.line))
        .order_by(RunProblem.line, RunProblem.id)
    ):
        problems[problem.line].append(problem)
    days = {line: row.day for line, row in ready.items()}
    left_out = {
        line: _left_out(found, run, match, suggested_day(days.get(line - 1), days.get(line + 1)))
        for line, found in problems.items()
    }
    return [row for _, row in sorted((ready | left_out).items())]


def _ready(row: StagedDay) -> RowSeen:
    cells = tuple(CellSeen(value) for value in row.came)
    return RowSeen(row.line, row.day, "", is_day_wrong=False, cells=cells, outcome=row.outcome)


def _ready_post(post: StagedPost, outcome: str, run: Run) -> RowSeen:
    counts = [post.figures.get(metric.value) for metric in metrics_shown(run)]
    cells = tuple(CellSeen(count if isinstance(count, int) else None) for count in counts)
    return RowSeen(post.line, post.day, "", False, cells, outcome, text=post.text[:LONGEST_TEXT])


def _left_out(found: Sequence[RunProblem], run: Run, match: ImportMatch | None, suggested: date | None) -> RowSeen:
    blamed = {problem.column for problem in found}
    meanings: list[str] = match.meanings if match else []
    texts = dict(zip(meanings, found[0].cells or [], strict=False))
    is_day_wrong = "date" in blamed
    return RowSeen(
        line=found[0].line,
        day=None,
        day_text=texts.get(DAY, texts.get(PUBLISHED, found[0].value if is_day_wrong else "")),
        is_day_wrong=is_day_wrong,
        cells=tuple(_cell(texts, metric.value, blamed) for metric in metrics_shown(run)),
        problems=tuple(problem.sentence for problem in found),
        suggested=suggested if is_day_wrong else None,
        text=texts.get(POST_TEXT, "")[:LONGEST_TEXT],
    )


def _cell(texts: dict[str, str], metric: str, blamed: Collection[str]) -> CellSeen:
    return CellSeen(None, texts.get(metric, "").strip(), is_wrong=metric in blamed)


def _staged(session: Session, run: Run, lines: sa.ColumnElement[bool], *, within: Scope) -> list[StagedDay]:
    metrics, further = metrics_of(run), further_metrics_of(run)
    statement = (
        sa.select(StagedFigure, DailyFigure)
        .outerjoin(DailyFigure, _is_held())
        .where(StagedFigure.consortium_id == within.consortium_id, StagedFigure.run_id == run.id, lines)
        .order_by(StagedFigure.line)
    )
    rows = session.execute(statement).all()
    came, stands = _beside(session, run, lines, within=within) if further else ({}, {})
    found = []
    for staged, day in rows:
        place = (staged.account_id, staged.day)
        told = tuple(getattr(staged, metric.value) for metric in metrics)
        told += tuple(came.get((*place, metric)) for metric in further)
        known = tuple(None if day is None else getattr(day, metric.value) for metric in metrics)
        beside = tuple(stands.get((*place, metric)) for metric in further)
        is_new = day is None if metrics else all(value is None for value in beside)
        found.append(StagedDay(staged.day, staged.line, told, None if is_new else known + beside))
    return found


#: by account, day and metric
_Beside = dict[tuple[int, date, FurtherMetric], int | None]


def _beside(session: Session, run: Run, lines: sa.ColumnElement[bool], *, within: Scope) -> tuple[_Beside, _Beside]:
    """What the lines tell beside the metrics, and what stands."""
    rows = session.execute(
        sa.select(StagedFurther, FurtherFigure.value.label("stands"))
        .join(
            StagedFigure,
            sa.and_(
                StagedFigure.consortium_id == StagedFurther.consortium_id,
                StagedFigure.run_id == StagedFurther.run_id,
                StagedFigure.account_id == StagedFurther.account_id,
                StagedFigure.day == StagedFurther.day,
            ),
        )
        .outerjoin(FurtherFigure, sa.and_(FurtherFigure.consortium_id == within.consortium_id, _stands()))
        .where(
            StagedFurther.consortium_id == within.consortium_id,
            StagedFigure.consortium_id == within.consortium_id,
            StagedFurther.run_id == run.id,
            lines,
        )
        .order_by(StagedFurther.account_id, StagedFurther.day, StagedFurther.metric)
    ).all()
    came = {(told.account_id, told.day, told.metric): told.value for told, _ in rows}
    return dict(came), {(told.account_id, told.day, told.metric): stands for told, stands in rows}


def _is_held() -> sa.ColumnElement[bool]:
    return sa.and_(
        DailyFigure.consortium_id == StagedFigure.consortium_id,
        DailyFigure.account_id == StagedFigure.account_id,
        DailyFigure.day == StagedFigure.day,
    )


def _stands() -> sa.ColumnElement[bool]:
    return sa.and_(
        FurtherFigure.account_id == StagedFurther.account_id,
        FurtherFigure.day == StagedFurther.day,
        FurtherFigure.metric == StagedFurther.metric,
        FurtherFigure.revision == 0,
    )
