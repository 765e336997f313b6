"""What the pages of figures show of imported files; files are the room above."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.metrics.models import Run
from app.web.slots import Slot

#: the titles of platforms' own files by their names, as the dictionary names what makes a figure
EXPORT_TITLES: Slot[Callable[[], Mapping[str, str]]] = Slot("titles of exports")
#: the platforms of whose accounts an export is, by its name
EXPORT_PLATFORMS: Slot[Callable[[], Mapping[str, Collection[str]]]] = Slot("platforms of exports")
#: the row of a run's file that tells of a day, in words; "" where it cannot be told
ROW_ABOUT: Slot[Callable[[Session, Run, date], str]] = Slot("row of a file about a day")
