"""Attacks on doors, sessions, links and roles; and over every address there is: no way in, no way across, no 500."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.access.marks import mark_of
from app.access.rules import Actor, Grant, Role, Scope
from app.background.models import Upload
from app.consortia import queries as places
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.crypto import Passwords, token_hash
from app.foundation.database import Base, db, enter_tenant
from app.foundation.errors import NotFound, Refused
from app.people import actions, queries
from app.people.models import LinkToken, Login, LoginSession, Membership, Person
from tests.databases import ENGINES, Database
from tests.factories.world import World, make_world
from tests.views.consortia.pages import words_of

PASSWORD = "four words in a row"
MOST_IN_A_COLUMN = 2**63 - 1
ODD_IDS = (MOST_IN_A_COLUMN, MOST_IN_A_COLUMN + 1, int("9" * 20), int("9" * 400))
ODD_TEXTS = ("a%00b", "x" * 3000, "%C3%28", "%0d%0aSet-Cookie:x")
ODD_VALUES = ("a%00b", "x" * 3000, "%C3%28", "9" * 20, "-1", "2026-13-45", "0000-00..9999-99", "<script>")
#: names of filters that pages read from the address
ASKED = ("at", "place", "q", "page", "on", "period", "family", "scope", "sort", "kind", "state", "from", "to", "kpi")


# every address there is --------------------------------------------------------------------------------------------


def rules_of(application: Flask) -> list[Rule]:
    return sorted(application.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def is_public(application: Flask, rule: Rule) -> bool:
    mark = mark_of(application.view_functions[rule.endpoint])
    return mark is not None and mark.is_public


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def parameters_of(rule: Rule) -> dict[str, str]:
    """The names in an address, each with its kind."""
    return {name: kind or "string" for kind, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)}


def address(rule: Rule, values: dict[str, object]) -> str:
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)


class Known:
    """What a world holds for the names in addresses: an id by the table it is named for, a place by its code."""

    def __init__(self, session: Session, world: World) -> None:
        self._session, self._world = session, world

    def values(self, rule: Rule) -> dict[str, object] | None:
        """One for each name; None where the world holds nothing of that kind."""
        found = {name: self._value(name) for name in parameters_of(rule)}
        return None if None in found.values() else found

    def _value(self, name: str) -> object:
        if name == "place":
            return self._world.east.code
        if name in {"libraries_id", "outlets_id"}:
            name = "upload_id"
        table = Base.metadata.tables.get(name.removesuffix("_id")) if name.endswith("_id") else None
        if table is None or "consortium_id" not in table.c:
            return None
        enter_tenant(self._session, self._world.consortium.id)
        statement = sa.select(table.c.id).where(table.c.consortium_id == self._world.consortium.id)
        return self._session.scalars(statement.order_by(table.c.id).limit(1)).first()


@pytest.fixture
def known(session: Session, world: World, far: World) -> Callable[[World], Known]:
    """Something for as many addresses as the world can fill; a room that adds a table to the world is covered."""
    for owner in (world, far):
        enter_tenant(session, owner.consortium.id)
        session.add(
            Upload(
                consortium_id=owner.consortium.id,
                name="ae.csv",
                sha256="0" * 64,
                size=1,
                kept_at=now(),
                person_id=owner.admin.id,
            )
        )
        session.flush()  # each inside its own tenant
    session.commit()
    return lambda owner: Known(session, owner)


def dummies(rule: Rule) -> dict[str, object]:
    return {name: 1 if kind == "int" else "nothing" for name, kind in parameters_of(rule).items()}


def test_whoever_is_not_signed_in_is_sent_to_sign_in_or_finds_nothing(application: Flask, world: World) -> None:
    wrong = []
    for rule in rules_of(application):
        if is_public(application, rule):
            continue
        for method in (*methods_of(rule), "HEAD", "OPTIONS", "PUT", "TRACE"):
            reply = application.test_client().open(address(rule, dummies(rule)), method=method)
            sent_away = reply.status_code == 302 and (reply.location or "").startswith("/sign-in?next=/")
            if not sent_away and reply.status_code not in {404, 405}:
                wrong.append(f"{method} {rule.rule}: {reply.status_code}")
    assert not wrong, "\n".join(wrong)


def test_public_doors_answer_every_method_without_an_error(application: Flask, world: World) -> None:
    for rule in rules_of(application):
        if is_public(application, rule):
            for method in (*methods_of(rule), "HEAD", "OPTIONS", "PUT", "TRACE"):
                reply = application.test_client().open(address(rule, dummies(rule)), method=method)
                assert reply.status_code in {200, 302, 404, 405}, f"{method} {rule.rule}"


def test_a_stranger_reaches_nothing_by_anothers_ids(
    application: Flask, as_stranger: FlaskClient, known: Callable[[World], Known], world: World, far: World
) -> None:
    theirs, wrong, unfilled = known(world), [], []
    for rule in rules_of(application):
        if is_public(application, rule) or not rule.arguments:
            continue
        values = theirs.values(rule)
        if values is None:
            unfilled.append(rule.rule)
            continue
        through_own_place = {**values, "place": far.east.code}
        tried = [values, through_own_place] if len(values) > 1 and "place" in values else [values]
        for filled, method in product(tried, methods_of(rule)):
            reply = as_stranger.open(address(rule, filled), method=method)
            text = reply.get_data(as_text=True)
            if reply.status_code not in {302, 403, 404, 405} or "Green" in text:
                wrong.append(f"{method} {address(rule, filled)}: {reply.status_code}")
    assert not wrong, "\n".join(wrong)
    if unfilled:
        print("no row in the world for:", *unfilled, sep="\n")  # noqa: T201 - shown by pytest -s


def test_no_page_names_the_neighbor(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World, far: World
) -> None:
    ours, wrong = known(world), []
    for rule in rules_of(application):
        values = ours.values(rule)
        if values is None or "GET" not in (rule.methods or ()) or is_public(application, rule):
            continue
        for query in ("", f"?at={far.east.code}&place={far.east.code}&scope={far.east.code}&q=far"):
            text = as_admin.get(address(rule, values) + query, follow_redirects=True).get_data(as_text=True)
            if "Far East" in text or "Far North" in text or "Far County" in text or "Far Hills" in text:
                wrong.append(address(rule, values) + query)
    assert not wrong, "\n".join(wrong)


def test_ids_and_codes_that_no_row_can_have_are_not_found(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours, wrong = known(world), []
    for rule in rules_of(application):
        base = ours.values(rule) or dummies(rule)
        for name, kind in parameters_of(rule).items():
            for odd in ODD_IDS if kind == "int" else ODD_TEXTS:
                for method in methods_of(rule):
                    path = address(rule, {**base, name: odd})
                    reply = as_admin.open(path, method=method)
                    if reply.status_code not in {302, 404, 405}:
                        wrong.append(f"{method} {path[:120]}: {reply.status_code}")
                    assert "Set-Cookie:x" not in str(reply.headers)
    assert not wrong, "\n".join(wrong)


def test_odd_words_in_a_filter_break_no_page(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours = known(world)
    for rule in rules_of(application):
        values = ours.values(rule)
        if values is None or "GET" not in (rule.methods or ()):
            continue
        for odd in ODD_VALUES:
            query = "&".join(f"{name}={odd}" for name in ASKED)
            reply = as_admin.get(f"{address(rule, values)}?{query}")
            assert reply.status_code in {200, 302, 400, 404}, f"{rule.rule}?{query[:80]}"
            assert "<script>&" not in reply.get_data(as_text=True)


@pytest.fixture
def guarded(application: Flask) -> Iterator[Flask]:
    """The application with its forms' tokens asked for, as in use."""
    application.config["WTF_CSRF_ENABLED"] = True
    yield application
    application.config["WTF_CSRF_ENABLED"] = False


def test_a_form_from_another_site_changes_nothing(
    guarded: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours = known(world)
    posts = [rule for rule in rules_of(guarded) if "POST" in (rule.methods or ())]
    assert posts
    for rule in posts:
        path = address(rule, ours.values(rule) or dummies(rule))
        for data in ({}, {"csrf_token": "made up"}):
            assert as_admin.post(path, data=data).status_code == 400, path


def test_a_form_with_its_token_passes(guarded: Flask, with_password: str) -> None:
    browser = guarded.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    data = {"email": with_password, "password": PASSWORD}
    assert browser.post("/sign-in", data=data).status_code == 400
    assert browser.post("/sign-in", data={**data, "csrf_token": token[1]}).location == "/"


# sessions ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_password(session: Session, world: World) -> str:
    """The director can sign in with PASSWORD; answers the address."""
    login = queries.find_login(session, world.director.email or "")
    assert login is not None
    login.password_hash = Passwords(cheap=True).hash(PASSWORD)
    session.commit()
    return login.email


def sign_in(browser: FlaskClient, email: str) -> None:
    assert browser.post("/sign-in", data={"email": email, "password": PASSWORD}).location == "/"


def token_of(browser: FlaskClient) -> str:
    with browser.session_transaction() as cookie:
        return str(cookie["_user_id"])


def holding(application: Flask, token: str) -> FlaskClient:
    """A browser that holds a token somebody saw."""
    browser = application.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser


def is_out(browser: FlaskClient, world: World) -> bool:
    return "/sign-in" in (browser.get(f"/at/{world.library.code}/").location or "")


def test_signing_in_keeps_nothing_that_was_planted_before(client: FlaskClient, with_password: str) -> None:
    with client.session_transaction() as cookie:
        cookie.update({"csrf_token": "planted", "place": "planted", "_user_id": "planted"})
    sign_in(client, with_password)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert not {"csrf_token", "place"} & set(cookie)


def test_signing_in_again_ends_the_session_before(application: Flask, with_password: str, world: World) -> None:
    browser = application.test_client()
    sign_in(browser, with_password)
    seen = token_of(browser)
    assert not is_out(holding(application, seen), world)
    sign_in(browser, with_password)
    assert is_out(holding(application, seen), world)


def test_a_cookie_kept_after_signing_out_opens_nothing(application: Flask, with_password: str, world: World) -> None:
    browser = application.test_client()
    sign_in(browser, with_password)
    seen = token_of(browser)
    browser.get(f"/at/{world.library.code}/")
    browser.post("/sign-out")
    assert is_out(holding(application, seen), world)
    with browser.session_transaction() as cookie:
        assert set(cookie) <= {"_flashes", "_fresh"}


def test_a_session_that_never_asked_for_a_page_idles_too(
    application: Flask, client: FlaskClient, with_password: str, world: World
) -> None:
    start = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, with_password)
        token = token_of(client)
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert is_out(client, world)
        assert is_out(holding(application, token), world)


def test_a_busy_session_ends_after_twelve_hours(client: FlaskClient, with_password: str, world: World) -> None:
    start = datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, with_password)
    for minutes in range(50, 12 * 60, 50):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert not is_out(client, world)
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert is_out(client, world)


def test_cookies_and_headers_are_strict(application: Flask, client: FlaskClient, with_password: str) -> None:
    reply = client.post("/sign-in", data={"email": with_password, "password": PASSWORD})
    (cookie,) = reply.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert application.config["SESSION_COOKIE_SECURE"] is False, "a trial is served on loopback"
    application.config["SESSION_COOKIE_SECURE"] = True
    try:
        secured = application.test_client().post(
            "/sign-in", data={"email": with_password, "password": PASSWORD}, base_url="https://localhost"
        )
    finally:
        application.config["SESSION_COOKIE_SECURE"] = False
    assert "Secure" in secured.headers["Set-Cookie"]
    assert "max-age" in secured.headers["Strict-Transport-Security"]
    for name in ("/sign-in", "/nowhere", "/join/nothing"):
        policy = client.get(name).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_whoever_is_not_signed_in_sends_no_large_body(client: FlaskClient, as_admin: FlaskClient, world: World) -> None:
    large = {"email": "x" * 200_000, "password": "x"}
    assert client.post("/sign-in", data=large).status_code == 413
    assert as_admin.post(f"/at/{world.east.code}/people/new", data={"name": "x" * 200_000}).status_code == 200


# links -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def chief(session: Session, world: World) -> Person:
    """A new director who works at the east branch and has no password yet."""
    chief = actions.add_person(session, name="Cleo Chief", email="chief@green.example", by=world.machine, at=now())
    actions.put_in_position(
        session, chief, world.vacant_position, first_on=date(2025, 1, 6), by=world.machine, at=now()
    )
    actions.grant(session, chief, Role.DIRECTOR, world.library, by=world.machine, at=now())
    session.commit()
    return chief


def test_nobody_makes_the_link_of_someone_with_a_wider_role(
    as_branch_manager: FlaskClient, as_director: FlaskClient, chief: Person
) -> None:
    page = f"/people/{chief.id}/invite"
    refused = as_branch_manager.post(page)
    assert "/join/" not in refused.text
    assert "Cleo Chief has a wider role than you may give." in words_of(refused)
    assert "/join/" in as_director.post(page).text


def test_a_link_ends_when_its_person_is_given_a_role(
    application: Flask, as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    made = as_branch_manager.post(
        f"/at/{world.east.code}/people/new",
        data={"name": "Ida Moss", "email": "ida@green.example", "role": "staff", "position": "", "invite": "y"},
    )
    link = re.search(r"/join/[\w-]+", made.text)
    assert link is not None
    assert application.test_client().get(link[0]).status_code == 200
    ida = queries.find_person_by_email(session, "ida@green.example", within=Scope(world.consortium.id))
    assert ida is not None
    actions.grant(session, ida, Role.DIRECTOR, world.library, by=world.machine, at=now())
    session.commit()
    assert application.test_client().get(link[0]).status_code == 404


def test_a_new_link_ends_the_one_before(application: Flask, session: Session, world: World) -> None:
    first, second = (actions.invite(session, world.staff, by=world.machine, at=now()) for _ in range(2))
    session.commit()
    assert application.test_client().get(f"/join/{first}").status_code == 404
    assert application.test_client().get(f"/join/{second}").status_code == 200


def test_a_first_password_never_opens_a_login_that_came_meanwhile(session: Session, world: World) -> None:
    token = actions.invite(session, world.staff, by=world.machine, at=now())
    link = queries.get_link(session, token, at=now())
    with pytest.raises(Refused, match="has a password already"):
        actions.accept_invitation(session, link, password_hash="somebody's", at=now())
    assert link.used_at is None


def test_a_founder_who_has_a_login_proves_its_password(
    application: Flask, client: FlaskClient, with_password: str
) -> None:
    made = application.test_cli_runner().invoke(args=["consortia", "setup-link"])
    link = re.search(r"/set-up/[\w-]+", made.output)
    assert link is not None
    data = {
        "name": "New Lake",
        "slug": "new-lake",
        "admin_name": "Dee",
        "admin_email": with_password,
        "password": "not what they have",
    }
    proof = client.post(link[0], data=data).location or ""
    assert proof.startswith("/join/")
    assert "do not go together" in client.post(proof, data={"password": "not what they have"}).text
    assert client.post(proof, data={"password": PASSWORD}).location == "/"
    assert "New Lake" in client.get("/", follow_redirects=True).text


def test_a_link_names_this_installation_whatever_the_host_header_says(
    application: Flask, as_admin: FlaskClient, world: World
) -> None:
    page = as_admin.post(f"/people/{world.staff.id}/invite", headers={"X-Forwarded-Host": "evil.example"}).text
    assert f"{application.config['SETTINGS'].public_url}/join/" in page
    with as_admin.session_transaction() as cookie:
        held = dict(cookie)
    elsewhere = application.test_client()
    with elsewhere.session_transaction(base_url="http://evil.example") as cookie:
        cookie.update(held)
    page = elsewhere.post(f"/people/{world.staff.id}/invite", base_url="http://evil.example").text
    assert "/join/" in page
    assert "evil.example/join" not in page


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_link_used_twice_at_once_works_once(fresh_database: Callable[[str], Database], engine_name: str) -> None:
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        person = actions.add_person(db.session, name="Ann", email="ann@race.example", by=world.machine, at=now())
        token = actions.invite(db.session, person, by=world.machine, at=now())
        db.session.commit()
    consortium_id = world.consortium.id

    def accept(number: int) -> str:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            try:
                link = queries.get_link_for_use(db.session, token, at=now())
                actions.accept_invitation(db.session, link, password_hash=f"hash {number}", at=now())
                db.session.commit()
            except NotFound:
                return "used"
            return "opened"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == ["opened", "used"]
    with application.app_context():
        db.engine.dispose()


# roles -------------------------------------------------------------------------------------------------------------


def membership_of(session: Session, world: World, person: Person) -> Membership:
    return session.scalars(
        sa.select(Membership).where(Membership.consortium_id == world.consortium.id, Membership.person_id == person.id)
    ).one()


def test_a_manager_takes_no_role_back_that_a_manager_could_not_give(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    peer = actions.add_person(session, name="Per Peer", email=None, by=world.machine, at=now())
    role = actions.grant(session, peer, Role.BRANCH_MANAGER, world.east, by=world.machine, at=now())
    session.commit()
    refused = as_branch_manager.post(f"/memberships/{role.id}/end")
    assert "is for someone with a wider role than yours" in words_of(refused)
    staff = membership_of(session, world, world.staff)
    assert as_branch_manager.post(f"/memberships/{staff.id}/end").status_code == 302
    assert as_director.post(f"/memberships/{role.id}/end").status_code == 302


@pytest.mark.parametrize(
    ("held", "given", "where"),
    [
        (Role.BRANCH_MANAGER, Role.BRANCH_MANAGER, "east"),
        (Role.BRANCH_MANAGER, Role.STAFF, "north"),
        (Role.DIRECTOR, Role.STAFF, "root"),
        (Role.DIRECTOR, Role.CONSORTIUM_ADMIN, "library"),
        (Role.CONSORTIUM_ADMIN, Role.CONSORTIUM_ADMIN, "library"),
        (Role.AUDITOR, Role.STAFF, "east"),
        (Role.STAFF, Role.STAFF, "east"),
    ],
)
def test_no_action_grants_more_than_its_actor_may(
    session: Session, world: World, held: Role, given: Role, where: str
) -> None:
    at_home = {Role.BRANCH_MANAGER: world.east, Role.DIRECTOR: world.library, Role.STAFF: world.east}
    home = at_home.get(held, world.root)
    by = Actor("Eve", world.consortium.id, world.manager.id, None, (Grant(held, home.id, home.path),))
    with pytest.raises(Refused, match="wider role"):
        actions.grant(session, world.staff, given, getattr(world, where), by=by, at=now())


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_admins_who_end_each_others_role_leave_one(
    fresh_database: Callable[[str], Database], engine_name: str
) -> None:
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        first = membership_of(db.session, world, world.admin)
        second = actions.grant(db.session, world.auditor, Role.CONSORTIUM_ADMIN, world.root, by=world.machine, at=now())
        db.session.commit()
    consortium_id, by = world.consortium.id, world.machine

    def end(membership_id: int) -> bool:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            membership = queries.get_membership(db.session, membership_id, within=Scope(consortium_id))
            try:
                actions.revoke(db.session, membership, by=by, at=now())
            except Refused:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, (first.id, second.id))) == [False, True]
    with application.app_context():
        db.engine.dispose()


def test_a_refusal_tells_nothing_about_the_place(as_branch_manager: FlaskClient, world: World) -> None:
    refused = as_branch_manager.get(f"/at/{world.north.code}/people")
    assert refused.status_code == 403
    assert world.north.name not in refused.text
    with as_branch_manager.session_transaction() as cookie:
        assert cookie.get("place") != world.north.code


# logs and the database ---------------------------------------------------------------------------------------------


def test_a_failed_statement_tells_no_values(session: Session, world: World) -> None:
    session.add(Login(email=world.admin.email or "", created_at=now(), password_hash="$argon2id$secret"))
    with pytest.raises(IntegrityError) as caught:
        session.flush()
    assert "$argon2id$secret" not in str(caught.value)


def test_tokens_are_kept_as_hashes_only(
    session: Session, with_password: str, client: FlaskClient, world: World
) -> None:
    link = actions.invite(session, world.staff, by=world.machine, at=now())
    session.commit()
    sign_in(client, with_password)
    token = token_of(client)
    assert session.scalars(sa.select(LoginSession.token_hash)).all() == [token_hash(token)]
    assert session.scalars(sa.select(LinkToken.token_hash)).all() == [token_hash(link)]


def test_a_place_of_another_consortium_is_not_found_by_its_id(session: Session, world: World, far: World) -> None:
    for odd in (far.east.id, MOST_IN_A_COLUMN):
        with pytest.raises(NotFound):
            places.get_place_by_id(session, odd, within=Scope(world.consortium.id))
