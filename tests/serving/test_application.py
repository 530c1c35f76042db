"""Questions over HTTP, and their answers, which are those of the vectors."""

import asyncio
import json
import sys
import threading

import numpy as np
import pytest

from firth.errors import MissingExtra, OptionError
from firth.serving import Hosts, Limits, application
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords

pytest.importorskip("starlette")
from starlette.testclient import TestClient

WORDS = ["man", "woman", "king", "queen", "apple", "\ud800", "nan", "new_york"]
MATRIX = np.array(
    [[3, 1, 1], [3, 2, 1], [3, 1, 2], [3, 2, 2], [-1, 4, 0], [1, 0, 3], [np.nan, 0, 0], [1, 1, 1]], np.float32
)
PREPARED = {"preparation": {"casefold": True}}


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, MATRIX, metadata=PREPARED)


@pytest.fixture(scope="module")
def client(vectors):
    with TestClient(application(vectors)) as client:  # one event loop for all requests
        yield client


def told(neighbors):
    return [{"word": word, "similarity": round(score, 6)} for word, score in neighbors]


def test_health_and_info(client):
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/info").json() == {"words": 8, "vector_size": 3, "recall": 1.0}
    assert client.get("/info").headers["content-type"] == "application/json"


@pytest.mark.parametrize("topn", [1, 3, 100])
def test_neighbors(client, vectors, topn):
    expected = {"neighbors": told(vectors.most_similar("king", topn=topn))}
    assert client.get("/neighbors", params={"word": "king", "topn": topn}).json() == expected
    assert client.post("/neighbors", json={"word": "king", "topn": topn}).json() == expected
    assert client.post("/neighbors", json={"positive": "king", "topn": topn}).json() == expected


def test_neighbors_of_several_words_and_of_a_vector(client, vectors):
    expected = {"neighbors": told(vectors.most_similar(["king", "woman"], ["man"]))}
    asked = {"positive": ["king", "woman"], "negative": ["man"]}
    assert client.get("/neighbors", params=asked).json() == expected
    assert client.post("/neighbors", json=asked).json() == expected
    vector = [3, 1.5, 2]
    expected = {"neighbors": told(vectors.similar_by_vector(np.array(vector, np.float32)))}
    assert client.post("/neighbors", json={"vector": vector}).json() == expected


def test_analogy_similarity_vector(client, vectors):
    expected = {"answers": told(vectors.analogy("man", "king", "woman", topn=2))}
    assert client.get("/analogy?a=man&b=king&c=woman&topn=2").json() == expected
    similarity = round(vectors.similarity("king", "queen"), 6)
    assert client.get("/similarity?a=king&b=queen").json() == {"similarity": similarity}
    assert client.get("/vector?word=queen").json() == {"vector": [3, 2, 2]}


def test_words_are_prepared_as_the_text_was(client):
    assert client.get("/vector?word=KING").json() == {"vector": [3, 1, 2]}
    assert client.get("/vector", params={"word": "New York"}).json() == {"vector": [1, 1, 1]}


def test_words_that_are_integers_keep_their_type():
    client = TestClient(application(WordVectors([7, 8], [[1, 0], [1, 1]])))
    expected = {"neighbors": [{"word": 8, "similarity": 0.707107}]}
    assert client.get("/neighbors?word=7").json() == expected
    assert client.post("/neighbors", json={"word": 7}).json() == expected


def test_what_json_cannot_hold(client):
    assert client.get("/vector?word=nan").json() == {"vector": [None, 0, 0]}
    assert client.get("/similarity?a=nan&b=king").json() == {"similarity": None}
    assert any(near["word"] == "\ud800" for near in client.get("/neighbors?word=king").json()["neighbors"])
    refused = client.get("/neighbors?word=nan")
    assert (refused.status_code, refused.json()["error"]) == (
        400, "a vector that holds NaN or infinity, which is near to nothing"
    )  # fmt: skip


def test_a_batch_answers_in_order_and_tells_each_mistake(client, vectors):
    questions = [
        {"ask": "similarity", "a": "king", "b": "queen"},
        {"ask": "neighbors", "word": "kign"},
        {"ask": "neighbors", "word": "king", "topn": 1},
        {"ask": "everything"},
        {"ask": "vector", "word": "queen"},
    ]
    answers = client.post("/batch", json={"questions": questions}).json()["answers"]
    assert answers[0] == {"similarity": round(vectors.similarity("king", "queen"), 6)}
    assert answers[1] == {"error": "unknown word 'kign'"}  # spelling is for single questions
    assert answers[2] == {"neighbors": told(vectors.most_similar("king", topn=1))}
    assert answers[3] == {"error": "ask is 'everything', expected one of neighbors, analogy, similarity, vector"}
    assert answers[4] == {"vector": [3, 2, 2]}


REFUSED = {
    "/neighbors": (400, "no word, expected word=WORD"),
    "/neighbors?word=kign": (404, "unknown word 'kign'"),
    "/neighbors?wrod=king": (400, "unknown field 'wrod', expected one of word, positive, negative, vector, topn"),
    "/neighbors?word=king&topn=0": (400, "topn=0, expected 1 to 1,000"),
    "/neighbors?word=king&topn=1001": (400, "topn=1001, expected 1 to 1,000"),
    "/neighbors?word=king&topn=ten": (400, "topn='ten', expected a whole number, 1 to 1,000"),
    "/neighbors?vector=1": (400, "a vector in the address, expected it in the body of a POST"),
    "/analogy?a=man&b=king": (400, "no c, expected a word"),
    "/similarity": (400, "no a, expected a word"),
    "/everything": (404, "no such address"),
}


def test_an_unknown_word_is_told_with_the_closest_spellings(client):
    expected = {"error": "unknown word 'kign'", "hint": "did you mean king?", "close": ["king"]}
    assert client.get("/vector?word=kign").json() == expected
    assert client.get("/similarity?a=king&b=zzzzzz").json() == {"error": "unknown word 'zzzzzz'"}


def test_unknown_words_of_vectors_with_ngrams():
    vectors = WordVectors(["king"], [[1, 2]], subwords=Subwords(np.ones((9, 2), np.float32), 2, 3))
    answer = TestClient(application(vectors)).get("/vector?word=kign")
    assert answer.json() == {"vector": vectors["kign"].tolist()}


@pytest.mark.parametrize("address", REFUSED)
def test_requests_that_are_refused(client, address):
    refused = client.get(address)
    assert (refused.status_code, refused.json()["error"]) == REFUSED[address]


BODIES = {
    b"": "the body is not JSON",
    b"[]": "the body is no JSON object",
    b"[" * 100_000: "the body is nested too deeply",
    b"\xff": "the body is not JSON",
    b'{"word": 3}': "word is 3, expected a word",
    b'{"word": null}': "no word, expected word=WORD",
    b'{"positive": [["king", 2]]}': "positive is [['king', 2]], expected a word or a list of words",
    b'{"vector": [1, 2]}': "a vector of shape (2,), expected (3,)",
    b'{"vector": [1, NaN, 2]}': "the vector contains NaN or infinity, expected finite numbers",
    b'{"vector": [1, 1e300, 2]}': "the vector contains NaN or infinity, expected finite numbers",
    b'{"vector": [1, 1%s, 2]}' % (b"0" * 400): "the vector has a number that is too large",
    b'{"vector": "king"}': "the vector is no list of numbers",
    b'{"word": "king", "topn": true}': "topn=True, expected a whole number, 1 to 1,000",
    b'{"word": ["king", "queen"]}': "2 words as word, expected 1 at most",
}


@pytest.mark.parametrize("body", BODIES)
def test_bodies_that_are_refused(client, body):
    refused = client.post("/neighbors", content=body)
    assert (refused.status_code, refused.json()["error"][: len(BODIES[body])]) == (400, BODIES[body])


def test_methods(client):
    assert client.post("/health").status_code == 405
    assert client.get("/batch").json() == {"error": "Method Not Allowed"}
    assert client.delete("/vector").status_code == 405


def test_limits_of_sizes(vectors):
    client = TestClient(application(vectors, Limits(body=50, topn=2, batch=2)))
    refused = client.post("/neighbors", content=b'{"word": "king"}'.ljust(51))
    assert (refused.status_code, refused.json()["error"]) == (413, "a body of more than 50 bytes")
    chunks = iter([b'{"word": "king"'] + [b" "] * 50 + [b"}"])  # without a length in the headers
    assert client.post("/neighbors", content=chunks).status_code == 413
    assert client.post("/neighbors", content=b'{"word": "king"}'.ljust(50)).status_code == 200
    assert client.get("/neighbors?word=king&topn=3").json()["error"] == "topn=3, expected 1 to 2"
    assert client.post("/batch", json={"questions": [{}] * 3}).json()["error"] == "3 questions, expected 2 at most"
    positive = client.get("/neighbors?positive=king&positive=king&positive=king")
    assert positive.json()["error"] == "3 words as positive, expected 2 at most"


def test_limit_of_requests(vectors):
    client = TestClient(application(vectors, Limits(rate=2)))
    answers = [client.get("/vector?word=king") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert client.get("/health").status_code == 200


def test_host_names(vectors):
    app = application(vectors, hosts=Hosts(["words.example"]))
    for address in ("/neighbors?word=king", "/health"):
        assert TestClient(app, base_url="http://words.example").get(address).status_code == 200
        assert TestClient(app, base_url="http://127.0.0.1:8000").get(address).status_code == 200
        refused = TestClient(app, base_url="http://evil.example").get(address)
        assert (refused.status_code, refused.json()) == (
            403,
            {
                "error": "the host 'evil.example' is not allowed",
                "hint": "start the server with this name among the allowed hosts",
            },
        )


@pytest.mark.parametrize("option", [{"body": 0}, {"topn": 1.5}, {"batch": True}, {"rate": 0}, {"body_seconds": -1}])
def test_limits_that_make_no_sense(option):
    with pytest.raises(OptionError, match=next(iter(option))):
        Limits(**option)


def asgi(app, messages, path="/neighbors"):
    """What an application sends, if these messages are all that ever arrives."""
    sent, coming = [], iter(messages)

    async def receive():
        message = next(coming, None)
        if message is None:
            await asyncio.sleep(60)
        return message

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b"", "client": ("::1", 1)}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_a_body_that_does_not_arrive(vectors):
    app = application(vectors, Limits(body_seconds=0.05))
    part = {"type": "http.request", "body": b'{"word"', "more_body": True}
    assert asgi(app, [part]) == (408, {"error": "the body did not arrive within 0.05 seconds"})


def test_questions_that_arrive_during_a_search_are_searched_together(vectors, monkeypatch):
    """The first search is held up until the other questions are there; then one search answers them all."""
    begun, arrived, groups = threading.Event(), threading.Event(), []
    search = WordVectors.search

    def held_up(self, queries, topn, excluded):
        begun.set()
        assert arrived.wait(10)
        groups.append((len(queries), topn))
        return search(self, queries, topn, excluded)

    monkeypatch.setattr(WordVectors, "search", held_up)
    app = application(vectors)
    asked = [{"word": word, "topn": topn} for word, topn in [("king", 1), ("man", 2), ("queen", 3), ("apple", 1)]]

    async def ask(question):
        sent = []
        body = {"type": "http.request", "body": json.dumps(question).encode()}
        scope = {"type": "http", "method": "POST", "path": "/neighbors", "headers": [], "query_string": b""}

        async def receive():
            return body

        async def send(message):
            sent.append(message)

        await app(scope, receive, send)
        return json.loads(sent[1]["body"])["neighbors"]

    async def all_of_them():
        tasks = [asyncio.create_task(ask(asked[0]))]
        while not begun.is_set():
            await asyncio.sleep(0.001)
        tasks += [asyncio.create_task(ask(question)) for question in asked[1:]]
        await asyncio.sleep(0.05)
        arrived.set()
        return await asyncio.gather(*tasks)

    answers = asyncio.run(all_of_them())
    assert groups == [(1, 1), (3, 3)]
    monkeypatch.undo()
    assert answers == [told(vectors.most_similar(question["word"], topn=question["topn"])) for question in asked]


def test_a_search_that_fails_is_an_error_of_the_server(vectors, monkeypatch):
    monkeypatch.setattr(WordVectors, "search", lambda *_: 1 / 0)
    client = TestClient(application(vectors), raise_server_exceptions=False)
    failed = client.get("/neighbors?word=king")
    assert (failed.status_code, failed.json()) == (500, {"error": "the server failed; its log says why"})
    monkeypatch.undo()
    assert client.get("/neighbors?word=king").status_code == 200


def test_without_the_extra(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    with pytest.raises(MissingExtra, match=r"firth\[serve\]"):
        application(vectors)
