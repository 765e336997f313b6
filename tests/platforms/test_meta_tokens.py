"""Meta's tokens: until when they serve and what for, asked as the app or as its developer; the rest is unknown."""

from datetime import UTC, datetime, timedelta

import pytest

from app.platforms.contract import Malformed, SignInExpired, TokenReader, TokenReading, Unreachable
from app.platforms.facebook.reader import FacebookReader
from app.platforms.instagram.reader import InstagramReader
from tests.platforms.api_server import Told
from tests.platforms.graph_server import TOKEN, GraphServer, error
from tests.platforms.graph_server import graph_reach as reach
from tests.platforms.graph_tokens import CLIENT_ID, CLIENT_SECRET

US = (CLIENT_ID, CLIENT_SECRET)
ENDS = datetime(2026, 12, 1, 12, tzinfo=UTC)
READER = FacebookReader()


@pytest.mark.parametrize("reader", [FacebookReader(), InstagramReader()])
def test_our_app_is_told_when_a_token_of_its_own_ends(
    graph: GraphServer, reader: FacebookReader | InstagramReader
) -> None:
    assert isinstance(reader, TokenReader)
    graph.desk.know(TOKEN, "read_insights", ends=ENDS, access_ends=ENDS + timedelta(days=30))
    told = reader.token(reach(graph, known_as=US))
    assert told == TokenReading(ENDS, ENDS + timedelta(days=30), frozenset({"read_insights"}))
    [asked] = graph.api.asked
    assert asked.query == {"input_token": TOKEN}, "who asks stands in a header"


def test_0_is_never(graph: GraphServer) -> None:
    graph.desk.know(TOKEN)
    assert READER.token(reach(graph, known_as=US)) == TokenReading(None, None, frozenset())


def test_without_an_app_the_token_asks_of_itself(graph: GraphServer) -> None:
    graph.desk.know(TOKEN, ends=ENDS)
    assert READER.token(reach(graph)) is None, "only a developer's may"
    graph.desk.developers.add(TOKEN)
    assert READER.token(reach(graph)) == TokenReading(ENDS, None, frozenset())


def test_a_token_of_another_app_is_told_to_that_app_s_developers_only(graph: GraphServer) -> None:
    graph.desk.know(TOKEN, ends=ENDS, app_id="77")
    assert READER.token(reach(graph, known_as=US)) is None
    graph.desk.developers.add(TOKEN)
    assert READER.token(reach(graph, known_as=US)) == TokenReading(ENDS, None, frozenset())
    assert READER.token(reach(graph, known_as=(CLIENT_ID, "wrong"))) == TokenReading(ENDS, None, frozenset())


def test_one_that_no_longer_serves_is_refused_in_words(graph: GraphServer) -> None:
    with pytest.raises(SignInExpired, match="does not accept this token"):
        READER.token(reach(graph, known_as=US))
    graph.desk.know(TOKEN, ends=ENDS)
    graph.desk.known[TOKEN] |= {"is_valid": False, "error": {"code": 190, "message": TOKEN, "subcode": 460}}
    with pytest.raises(SignInExpired, match="password") as refused:
        READER.token(reach(graph, known_as=US))
    assert TOKEN not in repr(refused.value)
    del graph.desk.known[TOKEN]["error"]
    with pytest.raises(SignInExpired, match="no longer serves"):
        READER.token(reach(graph, known_as=US))


@pytest.mark.parametrize(
    "wrong", [{"expires_at": None}, {"expires_at": True}, {"expires_at": 10**30}, {"expires_at": "soon"}, {"scopes": 7}]
)
def test_what_cannot_be_read_is_an_error_and_no_end(graph: GraphServer, wrong: dict[str, object]) -> None:
    told = {"is_valid": True, "expires_at": 0, "scopes": [], **wrong}
    graph.api.fault(Told({"data": told}))
    with pytest.raises(Malformed):
        READER.token(reach(graph, known_as=US))


def test_a_meta_that_fails_says_so(graph: GraphServer) -> None:
    graph.api.fault(error(code=2, status=500))
    with pytest.raises(Unreachable):
        READER.token(reach(graph, known_as=US))
    assert len(graph.api.asked) == 1
