"""The tables of figures, of what brought them, of files on their way in and of posts."""

from app.metrics.models.days import FLOWS, DailyFigure, MonthFigure, Observation, SeriesBreak
from app.metrics.models.files import ImportMatch, SavedMatch, StagedFigure
from app.metrics.models.mentions import Mention, MentionSettings, PlatformHold, PullCursor
from app.metrics.models.posts import Post
from app.metrics.models.runs import Run, RunProblem

__all__ = [
    "FLOWS",
    "DailyFigure",
    "ImportMatch",
    "Mention",
    "MentionSettings",
    "MonthFigure",
    "Observation",
    "PlatformHold",
    "Post",
    "PullCursor",
    "Run",
    "RunProblem",
    "SavedMatch",
    "SeriesBreak",
    "StagedFigure",
]
