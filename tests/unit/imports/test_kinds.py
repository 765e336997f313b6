"""What released databases name stays named so, whichever room does it now."""

from app.imports.tasks import HANDLERS


def test_work_that_waits_since_before_the_room_was_made_is_still_known() -> None:
    kinds = {"metrics.check_file", "metrics.unpack_batch", "metrics.import_file", "metrics.undo_import"}
    assert set(HANDLERS) == kinds
