"""A user with a table of events of a shop: from the table to recommendations for each customer, and to the next day."""

import numpy as np
import pytest

from firth import Word2Vec, WordVectors

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

GENRES, ITEMS, CUSTOMERS, BOUGHT = 4, 30, 400, 9
COLUMNS = {"group": "customer", "item": "item", "order": "time"}
ON_THE_LINE = ["--group", "customer", "--item", "item", "--order", "time"]


def genre_of(item):
    """Items have numbers from 1000 on, thirty of each genre; their vectors stand in quite other rows."""
    return (item - 1000) // ITEMS


def events_of(rng, customers=range(CUSTOMERS)):
    """Customers like one genre, and each buys one thing of another; the rows stand in no order."""
    rows = []
    for customer in customers:
        liked = customer % GENRES
        bought = rng.permutation(ITEMS)[:BOUGHT] + 1000 + ITEMS * liked
        other = (liked + rng.integers(1, GENRES)) % GENRES
        bought[rng.integers(BOUGHT - 1)] = 1000 + ITEMS * other + rng.integers(ITEMS)
        start = rng.integers(10**9)
        rows += [(f"c{customer}", int(item), start + 60 * place) for place, item in enumerate(bought)]
    frame = pandas.DataFrame(rows, columns=["customer", "item", "time"])
    frame["time"] = pandas.to_datetime(frame["time"], unit="s")
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def test_a_shop(firth):
    events = events_of(np.random.default_rng(1))
    in_order = events.sort_values("time", kind="stable")
    last = in_order.groupby("customer").tail(1)
    before = events.drop(last.index)
    before.to_parquet("before.parquet", index=False)
    before.to_csv("before.csv", index=False)

    # What is in the table? Without the right name of a column, the message has the right ones.
    _, said = firth("vocab", "before.parquet", "--group", "user", "--item", "item", code=1)
    assert said == "firth: error: before.parquet: no column 'user', only customer, item, time; hint: check the name\n"
    (counted,), _ = firth("vocab", "before.parquet", *ON_THE_LINE, "--min-count", 1, "--json")
    assert (counted["tokens"], counted["sentences"]) == (len(before), CUSTOMERS)

    # Training on it: the file, its CSV, and the table in Python give the same vectors, of items that are integers.
    options = ["--preset", "items", "--vector-size", 16, "--epochs", 5, "--workers", 1, "-q"]
    firth("train", "before.parquet", "-o", "items.safetensors", *ON_THE_LINE, *options)
    firth("train", "before.csv", "-o", "csv.safetensors", *ON_THE_LINE, *options)
    model = Word2Vec.preset("items", vector_size=16, epochs=5, workers=1).fit(polars.from_pandas(before), **COLUMNS)
    vectors = WordVectors.load("items.safetensors")
    for same in (WordVectors.load("csv.safetensors"), model.vectors):
        np.testing.assert_array_equal(vectors.vectors, same.vectors)
        assert vectors.index_to_key == same.index_to_key
    assert set(vectors.index_to_key) == set(before["item"].tolist())
    assert {genre_of(item) for item, _ in vectors.most_similar(1003)} == {0}

    # How good is it? The last item of each customer was held out; one in twelve would be found by chance.
    sessions = in_order.groupby("customer")["item"].agg(list)
    (firth.folder / "sessions.txt").write_text("".join(" ".join(map(str, items)) + "\n" for items in sessions))
    (judged,), _ = firth("evaluate", "items.safetensors", "--sessions", "sessions.txt", "-k", 10, "--json")
    hit_rate = judged["tests"][0]["results"][0]["hit_rate"]
    assert hit_rate > 0.25

    # Recommendations for all customers at once, without what they have; they are right as often as was measured.
    seen = before.sort_values("time", kind="stable").groupby("customer")["item"].agg(list)
    answers = vectors.recommend(seen, topn=10, exclude=seen)
    table = pandas.DataFrame({"customer": seen.index, "items": [[item for item, _ in answer] for answer in answers]})
    table.to_parquet("recommended.parquet")
    found = table.set_index("customer")["items"]
    hits = [item in found[customer] for customer, item in zip(last["customer"], last["item"], strict=True)]
    assert np.mean(hits) == pytest.approx(hit_rate)
    liked = [genre_of(item) == int(customer[1:]) % GENRES for customer, items in found.items() for item in items]
    assert np.mean(liked) > 0.9
    assert not any(set(found[customer]) & set(seen[customer]) for customer in found.index)
    printed, _ = firth("recommend", "items.safetensors", *seen["c0"], "-n", 10)
    assert [int(line.split()[0]) for line in printed.splitlines()[1:]] == found["c0"]

    # The table of lists that was written is itself one to train on, as are sessions in a column.
    of_lists = Word2Vec.preset("items", vector_size=4, epochs=1, min_count=1).fit("recommended.parquet", field="items")
    assert set(of_lists.vocabulary.words) <= set(vectors.index_to_key)

    # Customers whose events are old may count for less: each has a weight, in a column beside the events.
    is_old = before["time"] < before["time"].quantile(0.5)
    weights = 1 - 0.75 * is_old.groupby(before["customer"]).transform("max")
    leaning = Word2Vec.preset("items", vector_size=4, epochs=1).fit(before.assign(w=weights), **COLUMNS, weight="w")
    assert leaning.vocabulary.counts.sum() == pytest.approx(weights.sum(), rel=0.02)

    # The next day there are new customers, and a new item in the first genre; the model learns it.
    model.save("model.safetensors")
    new = 1000 + GENRES * ITEMS + 7
    day = events_of(np.random.default_rng(2), customers=range(1000, 1200))
    day.loc[(day["item"] >= 1000) & (day["item"] < 1003), "item"] = new
    grown = Word2Vec.load("model.safetensors").fit(day, update_vocabulary=True, **COLUMNS)
    assert len(grown.vocabulary) == len(vectors) + 1
    assert {genre_of(item) for item, _ in grown.vectors.most_similar(new, topn=5)} == {0}
    assert {genre_of(item) for item, _ in grown.vectors.recommend([new, 1004], topn=5)} == {0}

    # Elsewhere, such as in a database, items are strings, and this is told.
    grown.vectors.save("items.parquet")
    _, said = firth("convert", "items.safetensors", "items.txt")
    assert "the mark that its words are integers" in said
    assert polars.read_parquet("items.parquet")["word"].to_list() == list(map(str, grown.vocabulary.words))
