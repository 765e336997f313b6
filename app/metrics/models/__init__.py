"""The tables of figures, of what brought them, of days on their way in, of posts with their tags, and closed periods."""

from app.metrics.models.closing import ClosedPeriod, ClosingSettings, LateDay
from app.metrics.models.days import FLOWS, DailyFigure, FurtherFigure, MonthFigure, Observation, SeriesBreak
from app.metrics.models.handling import MentionBatch, MentionChange, MentionHandling
from app.metrics.models.mentions import Mention, MentionSettings, PlatformHold, PullCursor
from app.metrics.models.posts import Post, PostChange, PostFigure
from app.metrics.models.runs import Run, RunProblem, SetAside
from app.metrics.models.staging import StagedFigure, StagedFurther
from app.metrics.models.standing import (
    FigureDifference,
    FigureSettings,
    ImportChoice,
    ReplacedFigure,
    ReplacedPost,
)
from app.metrics.models.tags import PostTag, TagBatch, TagChange, TagRule, Topic

__all__ = [
    "FLOWS",
    "ClosedPeriod",
    "ClosingSettings",
    "DailyFigure",
    "FigureDifference",
    "FigureSettings",
    "FurtherFigure",
    "ImportChoice",
    "LateDay",
    "Mention",
    "MentionBatch",
    "MentionChange",
    "MentionHandling",
    "MentionSettings",
    "MonthFigure",
    "Observation",
    "PlatformHold",
    "Post",
    "PostChange",
    "PostFigure",
    "PostTag",
    "PullCursor",
    "ReplacedFigure",
    "ReplacedPost",
    "Run",
    "RunProblem",
    "SeriesBreak",
    "SetAside",
    "StagedFigure",
    "StagedFurther",
    "TagBatch",
    "TagChange",
    "TagRule",
    "Topic",
]
