"""The tables of files on their way in: what their columns mean, their posts, those given at once, and whose they were."""

from app.imports.models.batches import BatchFile, BatchUpload, ImportBatch, SavedOwner
from app.imports.models.files import ImportMatch, SavedMatch, StagedPost

__all__ = [
    "BatchFile",
    "BatchUpload",
    "ImportBatch",
    "ImportMatch",
    "SavedMatch",
    "SavedOwner",
    "StagedPost",
]
