"""The frame on an app of its own: what surrounds a page, what every reply carries, what each failure says."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response, abort, flash, render_template_string, request
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from wtforms import StringField
from wtforms.validators import InputRequired

from app.foundation.errors import NotFound
from app.foundation.figures import Figure, Reason
from app.web.fields import Form
from app.web.frame import Crumb, Frame, Section
from app.web.setup import install_web

FRAME = Frame(
    theme="dark",
    trail=(Crumb("Three Rivers", None), Crumb("Eastside", "/at/eastside")),
    sections=(Section("Home", "/", is_current=True), Section("Findings", "/findings", count=6)),
    person_name="Daniel Hsu",
    person_role="Branch manager",
    sign_out_url="/sign-out",
    is_demo=True,
)
_MACROS = """{% from "macros/ui.html" import status, figure_cell, pager, sorted, sort_link, filters, select %}
{{ status("fail") }}<table><tr>{{ figure_cell(share, "share") }}{{ figure_cell(missing) }}
<th {{ sorted("name", "-name") }}>{{ sort_link("Branch", "name", "-name", "?sort=name") }}</th></tr></table>
{{ pager(2, 50, 1480, url_of_page) }}
{% call filters("/", "Filter branches") %}{{ select("Kind", "kind", [("a", "<b>"), ("b", "B")], "b") }}{% endcall %}"""


class NameForm(Form):
    name = StringField("Name", [InputRequired("Write a name.")])


def page_of(reply: Response) -> BeautifulSoup:
    return BeautifulSoup(reply.get_data(as_text=True), "html.parser")


@pytest.fixture
def web() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="for this test alone", SESSION_COOKIE_SECURE=True, MAX_CONTENT_LENGTH=2 * 1024**2)
    CSRFProtect(app)
    marked: list[Callable[..., object]] = []
    install_web(app, frame=lambda: FRAME, open_to_all=marked.append)
    assert {view.__name__ for view in marked} == {"asset", "favicon"}

    @app.route("/")
    def home() -> str:
        flash("<Saved>", "ok")
        figures = {"share": Figure.of(0.61), "missing": Figure.missing(Reason.TOKEN_REVOKED)}
        return render_template_string(
            "{% extends 'base.html' %}{% block title %}Home{% endblock %}{% block main %}" + _MACROS + "{% endblock %}",
            url_of_page=lambda page: f"?page={page}",
            **figures,
        )

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        template = """{% from "macros/forms.html" import csrf, error_summary, field %}{{ error_summary(form) }}
        <form method="post">{{ csrf() }}{{ field(form.name, hint="As on the door.", autocomplete="name") }}</form>"""
        shown = NameForm(meta={"csrf": False})
        if request.args:
            shown.validate()
        return render_template_string(template, form=shown)

    @app.route("/missing")
    def missing() -> str:
        raise NotFound("No such policy here.")

    @app.route("/denied")
    def denied() -> str:
        abort(403)

    @app.route("/bug")
    def bug() -> str:
        raise RuntimeError

    return app


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    return web.test_client()


def test_the_frame_says_who_and_where(client: FlaskClient) -> None:
    page = page_of(client.get("/"))
    assert page.html["data-bs-theme"] == "dark"
    assert page.title.text == "Home – Concordance"
    assert [step.text for step in page.select(".scope li")] == ["Three Rivers", "Eastside"]
    assert [link.text for link in page.select(".scope a")] == ["Eastside"]  # where the reader may go
    assert page.select_one(".sections [aria-current=page]").text == "Home"
    assert page.select_one(".sections .count").text == "6 waiting"
    assert page.select_one(".demo-mark").text == "Demo"
    assert page.select_one("form[action='/sign-out'] [name=csrf_token]")["value"]
    assert page.select_one(".flash-ok p").text == "<Saved>"
    assert page.find("form", role="search") is None
    assert len(page.find_all("main")) == 1


def test_macros_draw_figures_and_reasons(client: FlaskClient) -> None:
    page = page_of(client.get("/"))
    assert [cell.get_text(strip=True) for cell in page.select("td.num")] == ["61%", "Sign-in expired"]
    assert page.select_one(".st-off").get_text(strip=True) == "Not met"
    assert page.select_one("th")["aria-sort"] == "descending"
    pager = page.select_one(".pager")
    assert pager.span.text == "51 to 100 of 1,480"
    assert [link["href"] for link in pager("a")] == ["?page=1", "?page=3"]
    assert page.select_one("select option[selected]")["value"] == "b"
    assert page.select_one("select option").text == "<b>"


def test_every_reply_is_guarded(client: FlaskClient) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert client.get("/nowhere").headers["Content-Security-Policy"] == policy


def test_https_is_not_demanded_of_a_trial(web: Flask) -> None:
    web.config["SESSION_COOKIE_SECURE"] = False
    assert "Strict-Transport-Security" not in web.test_client().get("/").headers


def test_assets_are_kept_under_their_hash_and_asked_for_again_under_another(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    found = sorted(set(re.findall(r'"(/assets/[^"]+)"', text)))
    assert {address.rsplit("/", 1)[1] for address in found} == {"app.css", "app.js", "bootstrap.css", "htmx.js"}
    for address in found:
        reply = client.get(address)
        assert reply.status_code == 200
        assert "immutable" in reply.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": reply.headers["ETag"]})
        assert again.status_code == 304
    assert client.get("/assets/0123456789abcdef/app.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/0123456789abcdef/other.css").status_code == 404
    assert client.get("/favicon.svg").content_type.startswith("image/svg+xml")


def test_a_form_ties_hints_and_errors_to_the_input(client: FlaskClient) -> None:
    page = page_of(client.get("/form?wrong=1"))
    field = page.find("input", id="name")
    assert field["aria-invalid"] == "true"
    assert {page.find(id=name).get_text(strip=True) for name in field["aria-describedby"].split()} == {
        "As on the door.",
        "Write a name.",
    }
    assert page.find("label", attrs={"for": "name"}).text == "Name"
    summary = page.find(role="alert")
    assert summary.a["href"] == "#name"
    assert page_of(client.get("/form")).find(role="alert") is None


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("/nowhere", 404, "This page is not here"),
        ("/missing", 404, "No such policy here."),
        ("/denied", 403, "You are here as branch manager."),
    ],
)
def test_a_failure_has_a_page(client: FlaskClient, address: str, code: int, words: str) -> None:
    reply = client.get(address)
    page = page_of(reply)
    assert reply.status_code == code
    assert words in page.main.text
    assert len(page.find_all("h1")) == 1


def test_a_form_without_its_token_is_too_old(client: FlaskClient) -> None:
    reply = client.post("/form", data={"name": "x"})
    assert reply.status_code == 400
    assert "This form is too old" in page_of(reply).main.text


def test_a_file_that_is_too_large_says_how_much_may_be_sent(client: FlaskClient) -> None:
    reply = client.post("/form", data={"name": "x" * 3 * 1024**2})
    assert reply.status_code == 413
    assert "At most 2 MB" in page_of(reply).main.text


def test_a_bug_gets_a_reference_that_is_in_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    reply = client.get("/bug")
    page = page_of(reply)
    assert reply.status_code == 500
    reference = re.search(r"reference ([0-9A-F]{8})", page.main.text)
    assert reference
    assert any(reference[1] in record.getMessage() for record in caplog.records)
    assert "Daniel Hsu" not in reply.get_data(as_text=True)
