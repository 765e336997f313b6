"""The sums of the places below a place: where people are missing, worst first."""

from flask import render_template, request

from app.access.context import current_scope
from app.consortia import queries as consortia
from app.consortia.rules.places import PlaceKind
from app.duties.queries.coverage import PlaceCoverage, coverage_by_place, summary_of
from app.duties.views.page import Page
from app.foundation.database import db
from app.web.paging import page_asked

PAGE_SIZE = 50


def places_page(page: Page) -> str:
    """Fifty places a page; the sums above the table count a shared account once."""
    sort = request.args.get("sort", "-gaps")
    found = _sorted(coverage_by_place(page.rows), sort)
    shown = [each for each in found if each.summary.gaps] if page.only_gaps else found
    number = page_asked(len(shown))
    return render_template(
        "duties/places.html",
        **page.context(summary_of(page.rows)),
        sort=sort,
        found=shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        total=len(shown),
        number=number,
        page_size=PAGE_SIZE,
        url_of_page=lambda wanted: page.url(sort=sort, page=wanted),
        without=_without_accounts(page),
        library_of=_libraries(page),
    )


def _sorted(found: list[PlaceCoverage], sort: str) -> list[PlaceCoverage]:
    by_name = sorted(found, key=lambda each: each.place.name)
    match sort:
        case "name":
            return by_name
        case "-name":
            return by_name[::-1]
        case "-vacant":
            return sorted(by_name, key=lambda each: -each.summary.vacant)
        case _:
            return sorted(by_name, key=lambda each: (-each.summary.gaps, -each.summary.vacant))


def _without_accounts(page: Page) -> int:
    """Branches that are open that day and neither have nor share an account."""
    served = {row.place.id for row in page.rows}
    branches = consortia.branches_of(db.session, within=current_scope())
    return sum(branch.id not in served and branch.is_open(page.when.on) for branch in branches)


def _libraries(page: Page) -> dict[int, str]:
    """The library of each place, where several libraries stand below."""
    if page.place.kind is PlaceKind.LIBRARY:
        return {}
    names = {library.id: library.name for library in consortia.libraries_of(db.session, within=current_scope())}
    return {row.place.id: names.get(row.place.parent_id or 0, "") for row in page.rows}
