"""The tables of figures, of what brought them, of files on their way in and of posts with their tags."""

from app.metrics.models.days import FLOWS, DailyFigure, MonthFigure, Observation, SeriesBreak
from app.metrics.models.files import ImportMatch, SavedMatch, StagedFigure, StagedPost
from app.metrics.models.mentions import Mention, MentionSettings, PlatformHold, PullCursor
from app.metrics.models.posts import Post
from app.metrics.models.runs import Run, RunProblem
from app.metrics.models.tags import PostTag, TagBatch, TagChange, TagRule, Topic

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
    "PostTag",
    "PullCursor",
    "Run",
    "RunProblem",
    "SavedMatch",
    "SeriesBreak",
    "StagedFigure",
    "StagedPost",
    "TagBatch",
    "TagChange",
    "TagRule",
    "Topic",
]
