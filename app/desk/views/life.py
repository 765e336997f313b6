"""Where accounts are decided on: a request with its capacity, all that waits at a place, and the yearly review."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import actions as accounts
from app.accounts.queries import account_for_change, accounts_for_change, get_account
from app.accounts.queries.requests import get_request
from app.accounts.rules.requests import Decision, RequestState
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.reviews import ReviewEnd
from app.consortia.models import Place
from app.consortia.queries.tree import settings_of, today_of
from app.desk.forms import DecideRequestForm, ReviewForm
from app.desk.queries.life import RequestSeen, decisions_on_accounts, request_seen, reviews_due
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.filters import plural
from app.web.paging import PAGE_SIZE, page_asked

_MENDABLE = (RequestState.OPEN, RequestState.SENT_BACK)


def place_of_account(account_id: int, **_others: object) -> Place:
    """``at=`` for an account's pages."""
    return get_account(db.session, account_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.route("/accounts/<int:account_id>/request", methods=["GET"])
@requires(Permission.DUTIES_READ, at=place_of_account)
def account_request(account_id: int) -> str:
    """What was asked for, and where it stands: for everybody at the place; those who decide have the buttons."""
    return _page(_seen(account_id), DecideRequestForm())


@blueprint.post("/accounts/<int:account_id>/request")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def decide_request(account_id: int) -> ResponseReturnValue:
    """Approve it as a trial, send it back, or decline it."""
    form = DecideRequestForm()
    seen = _seen(account_id)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _decide(account_id, form, seen)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{seen.request.account.handle}: {RequestState(form.decision.data).label.lower()}.", "ok")
            return redirect(url_for("desk.account", account_id=account_id))
        seen = _seen(account_id)
    return _page(seen, form)


def _decide(account_id: int, form: DecideRequestForm, seen: RequestSeen) -> None:
    account = account_for_change(db.session, account_id, within=whole_consortium())
    decision = Decision(
        RequestState(form.decision.data),
        form.reason.data or "",
        seen.capacity.sentence,
        has_room=seen.capacity.has_room,
    )
    accounts.decide_request(db.session, account, decision, by=current_actor(), at=now())


def _seen(account_id: int) -> RequestSeen:
    within = whole_consortium()
    account = get_account(db.session, account_id, within=within)
    request = get_request(db.session, account, within=within)
    return request_seen(db.session, request, within=within, on=today_of(db.session, within=within, at=now()))


def _page(seen: RequestSeen, form: DecideRequestForm) -> str:
    request = seen.request
    is_mine = request.asked_by_id is not None and request.asked_by_id == current_actor().person_id
    may_write = may_here(Permission.ACCOUNTS_WRITE)
    return render_template(
        "desk/account_request.html",
        seen=seen,
        account=request.account,
        platform=get_platform(request.account.platform),
        form=form,
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
        may_decide=may_write and request.state is RequestState.OPEN,
        may_mend=(is_mine or may_write) and may_here(Permission.ACCOUNTS_ASK) and request.state in _MENDABLE,
        may_see_account=may_here(Permission.ACCOUNTS_READ),
    )


@blueprint.get("/at/<string:place>/accounts/decisions")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def account_decisions(place: str) -> str:
    """Every account of a place and below it that waits for somebody's decision, with the evidence."""
    within, on = current_scope(), today_of(db.session, within=whole_consortium(), at=now())
    found = decisions_on_accounts(db.session, within=within, on=on)
    return render_template(
        "desk/account_decisions.html",
        place=current_place(),
        code=place,
        found=found,
        most=PAGE_SIZE,
        tasks=len(RetirementTask),
        on=on,
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
        label_of=lambda name: get_platform(name).label,
        may_write=may_here(Permission.ACCOUNTS_WRITE),
        may_settle=may_here(Permission.PLACES_WRITE) and not current_place().parent_id,
    )


@blueprint.get("/at/<string:place>/accounts/review")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def account_reviews(place: str) -> str:
    """The accounts of a place and below it that nobody looked at for a year."""
    return _review_page(place, ReviewForm(formdata=None))


@blueprint.post("/at/<string:place>/accounts/review")
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def review_accounts(place: str) -> ResponseReturnValue:
    """Keep or close several accounts at once; each may be undone on its own page for 7 days."""
    form = ReviewForm()
    within = current_scope()
    on = today_of(db.session, within=whole_consortium(), at=now())
    due = {row.account.id: row.account for row in reviews_due(db.session, within=within, on=on)}
    form.accounts.choices = [(account_id, account.handle) for account_id, account in due.items()]
    if form.validate_on_submit():
        end = ReviewEnd(form.end.data)
        if end is ReviewEnd.RETIRE and form.accounts.data and form.reason.data and not form.is_sure.data:
            chosen = [due[account_id] for account_id in form.accounts.data]
            return render_template("desk/account_reviews_sure.html", form=form, chosen=chosen, code=place)
        try:
            with db.session.begin_nested():
                _review(form, end)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            count = plural(len(form.accounts.data or ()), "account", "accounts")
            undo = " Each can be taken back on its own page for 7 days." if end is ReviewEnd.RETIRE else ""
            flash(f"{count}: {end.told.lower()}.{undo}", "ok")
            return redirect(url_for(".account_reviews", place=place))
    return _review_page(place, form)


def _review(form: ReviewForm, end: ReviewEnd) -> None:
    if not form.accounts.data:
        raise Refused("Tick at least one account.")
    locked = accounts_for_change(db.session, form.accounts.data, within=whole_consortium())
    chosen = [locked[account_id] for account_id in form.accounts.data]
    accounts.review(db.session, chosen, end, reason=form.reason.data or "", by=current_actor(), at=now())


def _ticks_overdue() -> bool:
    return bool(request.method == "GET" and request.args.get("tick") == "overdue")


def _review_page(place: str, form: ReviewForm) -> str:
    on = today_of(db.session, within=whole_consortium(), at=now())
    rows = reviews_due(db.session, within=current_scope(), on=on)
    number = page_asked(len(rows))
    return render_template(
        "desk/account_reviews.html",
        place=current_place(),
        code=place,
        rows=rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        total=len(rows),
        overdue=sum(row.is_overdue for row in rows),
        number=number,
        page_size=PAGE_SIZE,
        url_of_page=lambda page: url_for(".account_reviews", place=place, page=page, tick=request.args.get("tick")),
        form=form,
        ticked={row.account.id for row in rows if row.is_overdue}
        if _ticks_overdue()
        else set(form.accounts.data or ()),
        label_of=lambda name: get_platform(name).label,
        may_write=may_here(Permission.ACCOUNTS_WRITE),
    )
