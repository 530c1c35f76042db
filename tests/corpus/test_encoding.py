"""From text to an encoded corpus and back, by definition: Python's own split, a Counter, and a sort."""

import gc
import gzip
import itertools
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.corpus import EncodedCorpus, encode
from firth.errors import EncodingError, FileFormatError, OptionError, SourceError, StorageError, VocabularyError
from firth.text.preparation import Preparation
from firth.text.tokenizers import whitespace

LETTERS = st.sampled_from("aaabbcdé日 \n\n\u3000")


def decoded(corpus):
    words = corpus.vocabulary.words
    return [[words[word] for word in corpus.ids[start:stop]] for start, stop in itertools.pairwise(corpus.bounds)]


def naive(sentences, min_count):
    """Kept words with their counts, in the order of their ids, and the sentences of kept words."""
    counts = Counter(itertools.chain.from_iterable(sentences))
    kept = {word: count for word, count in sorted(counts.items(), key=lambda item: -item[1]) if count >= min_count}
    left = [[word for word in sentence if word in kept] for sentence in sentences]
    return kept, [sentence for sentence in left if sentence]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("the cat sat\non the mat\n\nthe end\n")
    return path


@given(texts=st.lists(st.text(LETTERS, min_size=1), min_size=1, max_size=3), min_count=st.integers(1, 3))
def test_a_corpus_is_the_text_without_rare_words(tmp_path_factory, texts, min_count):
    folder = tmp_path_factory.mktemp("corpus")
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    sentences = [sentence for text in texts for sentence in whitespace(text)]
    kept, expected = naive(sentences, min_count)
    if not kept:
        with pytest.raises((SourceError, VocabularyError)):
            encode(paths, min_count=min_count)
        return
    with encode(paths, min_count=min_count) as corpus, encode(sentences, min_count=min_count) as same:
        for one in (corpus, same):
            assert dict(zip(one.vocabulary.words, one.vocabulary.counts.tolist(), strict=True)) == kept
            assert one.vocabulary.words == list(kept)
            assert decoded(one) == expected
            assert one.tokens_read == sum(map(len, sentences))
            assert one.tokens_kept == sum(map(len, expected))
            assert one.sentences == len(expected)
            assert one.distinct_words == len(set(itertools.chain.from_iterable(sentences)))
            for least in (1, 2, 3, 4):
                counts = [n for n in Counter(itertools.chain.from_iterable(sentences)).values() if n >= least]
                assert one.coverage(least) == (len(counts), sum(counts))


def test_the_same_bits_whatever_the_number_of_workers(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    words = [f"w{number}" for number in range(20_000)]
    drawn = rng.zipf(1.3, 600_000) % len(words)
    text = " ".join(words[number] if number != 3 else "w3\n" for number in drawn)
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(text[::-1].encode()))
    monkeypatch.setattr("firth.corpus.prepared_tokens.BLOCK_SIZE", 1 << 16)  # so many workers as asked for
    written = []
    for workers in (1, 2, 3):
        paths = [tmp_path / "a.txt", tmp_path / "b.txt.gz"]
        encode(paths, workers=workers, cache=tmp_path / f"{workers}.corpus").close()
        written.append((tmp_path / f"{workers}.corpus").read_bytes())
    assert written[0] == written[1] == written[2]


def test_long_lines_are_split_and_nothing_is_lost(tmp_path):
    tokens = [f"w{number}" for number in range(2_500)]
    (tmp_path / "a.txt").write_text(" ".join(tokens) + "\n" + " ".join(tokens[:1_000]) + "\nw1 w2")
    with encode(tmp_path / "a.txt", min_count=1) as corpus:
        assert np.diff(corpus.bounds).tolist() == [1_000, 1_000, 500, 1_000, 2]
        assert corpus.long_lines_split == 1
        assert list(itertools.chain.from_iterable(decoded(corpus))) == [*tokens, *tokens[:1_000], "w1", "w2"]


def test_a_file_end_ends_a_sentence(tmp_path):
    (tmp_path / "a.txt").write_text("a b")
    (tmp_path / "b.txt").write_text("c d")
    with encode([tmp_path / "a.txt", tmp_path / "b.txt"], min_count=1) as corpus:
        assert decoded(corpus) == [["a", "b"], ["c", "d"]]


def test_a_generator_is_gone_through_once():
    passes = []

    def sentences():
        passes.append("begun")
        yield ["a", "b"]
        yield []
        yield ("b", "c")

    with encode(sentences(), min_count=1) as corpus:
        assert decoded(corpus) == [["a", "b"], ["b", "c"]]
        assert corpus.vocabulary.words == ["b", "a", "c"]
    assert passes == ["begun"]


@pytest.mark.parametrize("name", ["a.txt", "b.txt", "empty.txt"])
def test_a_text_without_words(tmp_path, name):
    (tmp_path / "a.txt").write_text(" \n \u3000\n")
    (tmp_path / "b.txt").write_text("", encoding="utf-8-sig")
    (tmp_path / "empty.txt").touch()
    with pytest.raises(SourceError, match=rf"there is no word in .*{name}; hint: is it empty"):
        encode(tmp_path / name)


def test_token_lists_without_words():
    with pytest.raises(SourceError, match="there is no word in the token lists"):
        encode([[], []])
    with pytest.raises(OptionError, match="no text was given"):
        encode([])


def test_an_empty_file_beside_another(tmp_path, text):
    (tmp_path / "empty.txt").touch()
    with encode([tmp_path / "empty.txt", text], min_count=3) as corpus:
        assert decoded(corpus) == [["the"], ["the"], ["the"]]


def test_words_that_are_all_rare(text, tmp_path):
    message = r"none of 6 distinct words occurs 5 times, the most frequent 3 times; hint: min_count=3 keeps 1 of them"
    with pytest.raises(VocabularyError, match=message):
        encode(text, cache=tmp_path / "c.corpus")
    assert not (tmp_path / "c.corpus").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_count": 0}, "min_count=0, expected 1 or more"),
        ({"workers": 0}, "workers=0, expected 1 or more"),
        ({"errors": "ignore"}, "errors='ignore', expected 'strict' or 'replace'"),
    ],
)
def test_options_that_make_no_sense(text, options, message):
    with pytest.raises(OptionError, match=message):
        encode(text, **options)


def test_what_is_no_source():
    with pytest.raises(OptionError, match="the int 7, expected"):
        encode(7)


def test_bytes_that_are_not_utf8(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one tw\xc3 three")
    with pytest.raises(EncodingError, match=r"a\.txt: not UTF-8 at byte 6; hint: encoding='auto' detects"):
        encode(tmp_path / "a.txt", min_count=1)
    with pytest.warns(UserWarning, match="1 byte in 1 file could not be decoded"):
        corpus = encode(tmp_path / "a.txt", min_count=1, errors="replace")
    assert decoded(corpus) == [["one", "tw\ufffd", "three"]]
    corpus.close()


def test_a_cache_is_used_while_nothing_has_changed(text, tmp_path):
    cache = tmp_path / "c.corpus"

    def time_of_writing(**options):
        with encode(text, **{"min_count": 1, "cache": cache} | options) as corpus:
            assert corpus.path == cache
            assert corpus.sources == [
                {"path": str(text), "size": text.stat().st_size, "mtime_ns": text.stat().st_mtime_ns}
            ]
        return cache.stat().st_ino, cache.stat().st_mtime_ns

    first = time_of_writing()
    assert time_of_writing() == first
    assert time_of_writing(workers=2) == first
    pruned = time_of_writing(min_count=2)
    assert pruned != first
    assert time_of_writing(min_count=2, errors="replace") != pruned
    text.write_text("the cat sat on the dog\n")
    with encode(text, min_count=1, cache=cache) as corpus:
        assert "dog" in corpus.vocabulary
    later = time_of_writing()
    os.utime(text, ns=(1, 1))
    assert time_of_writing() != later


def test_a_cache_of_token_lists_is_written_anew(tmp_path):
    cache = tmp_path / "c.corpus"
    encode([["a"]], min_count=1, cache=cache).close()
    with encode([["b"]], min_count=1, cache=cache) as corpus:
        assert corpus.vocabulary.words == ["b"]
    with EncodedCorpus.load(cache) as corpus:
        assert corpus.sources is None


def test_a_cache_never_replaces_a_file_that_is_no_corpus(text):
    before = text.read_bytes()
    with pytest.raises(FileFormatError, match="not a safetensors file"):
        encode([["a"]], cache=text)
    with pytest.raises(OptionError, match="given as source and as cache: the same file is read"):
        encode(text, cache=text)
    assert text.read_bytes() == before


def test_a_cache_in_a_folder_that_is_not_there(text, tmp_path):
    with pytest.raises(StorageError, match=r"cannot write .*nowhere"):
        encode(text, cache=tmp_path / "nowhere" / "c.corpus")


def test_a_temporary_corpus_is_removed(text, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    corpus = encode(text, min_count=1)
    assert [corpus.path] == list((tmp_path / "temporary").iterdir())
    ids = corpus.ids
    corpus.close()
    corpus.close()
    assert len(ids) == 8
    assert not list((tmp_path / "temporary").iterdir())

    corpus = encode(text, min_count=1)
    vocabulary = corpus.vocabulary
    assert vocabulary.counts.base is None  # no map: it must not hold the removed file
    del corpus
    gc.collect()
    assert not list((tmp_path / "temporary").iterdir())

    for source, options in (
        (text, {"min_count": 50}),
        ([[7]], {}),
    ):
        with pytest.raises((VocabularyError, OptionError)):
            encode(source, **options)
    assert not list((tmp_path / "temporary").iterdir())


FULL_DISK = """
import resource, sys
from firth.corpus import encode
from firth.errors import StorageError
encode([["a"]], min_count=1).close()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    encode(sys.argv[1], min_count=1, cache=sys.argv[2])
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes")
@pytest.mark.parametrize("room", [10_000, 1_000_000])  # less than the spool needs; less than the corpus needs
def test_a_full_disk_leaves_nothing(tmp_path, room):
    tokens = [f"w{number}" for number in range(200_000)]
    (tmp_path / "a.txt").write_text(" ".join(tokens))
    (tmp_path / "out").mkdir()
    cache = tmp_path / "out" / "c.corpus"
    program = [sys.executable, "-Wignore", "-c", FULL_DISK, str(tmp_path / "a.txt"), str(cache), str(room)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("cannot write ")
    assert "File too large" in done.stdout
    assert not list(cache.parent.iterdir())


def test_many_sources_fit_the_header(tmp_path):
    paths = [tmp_path / f"{number}-{'日' * 60}.txt" for number in range(400)]
    for path in paths:
        path.write_text("a")
    with encode(paths, cache=tmp_path / "c.corpus") as corpus:
        assert corpus.sentences == 400
        assert len(corpus.sources) == 400


def test_an_old_corpus_survives_a_new_one_that_fails(tmp_path):
    cache = Path(tmp_path / "c.corpus")
    encode([["a"]], min_count=1, cache=cache).close()
    before = cache.read_bytes()
    with pytest.raises(OptionError):
        encode([["a"], [7]], min_count=1, cache=cache)
    assert cache.read_bytes() == before


def test_records_and_what_was_skipped(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "a b"}\n{"body": "c"}\n{"text": "c d\\ne"}\n')
    with (
        pytest.warns(UserWarning, match=r"1 record was skipped; the first: .*a\.jsonl, line 2: no field 'text'"),
        encode(tmp_path / "a.jsonl", field="text", on_error="skip", min_count=1) as corpus,
    ):
        assert decoded(corpus) == [["a", "b"], ["c", "d"], ["e"]]
    with pytest.raises(SourceError, match="line 2: no field 'text'"):
        encode(tmp_path / "a.jsonl", field="text", min_count=1)


def test_texts_in_memory():
    for texts in (({"text": text} for text in ("a b", "c")), [{"text": "a b"}, {"text": "c"}]):
        with encode(texts, field="text", min_count=1) as corpus:
            assert decoded(corpus) == [["a", "b"], ["c"]]
    with encode(iter(["A, b", "c!"]), preparation=Preparation("words", casefold=True), min_count=1) as corpus:
        assert decoded(corpus) == [["a", "b"], ["c"]]
    with encode(["A b", "c d"], preparation=Preparation(), min_count=1) as corpus:
        assert decoded(corpus) == [["A", "b"], ["c", "d"]]
    with pytest.raises(OptionError, match="field='text' for token lists"):
        encode([["a"]], field="text")


@pytest.mark.parametrize("name", ["source", "keep_words", "drop_words", "vocabulary"])
def test_a_cache_that_is_also_read(text, tmp_path, name):
    (tmp_path / "link").symlink_to(text)
    arguments = {"source": [["a"]], name: text, "min_count": 1}
    with pytest.raises(OptionError, match=f"given as {name}, and .*link, given as cache, are the same file"):
        encode(**arguments, cache=tmp_path / "link")
    assert text.read_text().startswith("the cat")


def test_a_cache_must_be_a_file(text, tmp_path):
    with pytest.raises(StorageError, match="/dev/null is a pipe or a device, expected a file, which can be read"):
        encode(text, cache="/dev/null")
    with pytest.raises(StorageError, match=r"cannot write .*nowhere"):
        encode(text, cache=tmp_path / "nowhere" / "c.corpus")


@pytest.mark.parametrize(
    "preparation",
    [
        None,
        Preparation("words"),
        Preparation(str.split),
        Preparation(split_sentences=True),
        Preparation("words", split_sentences=True, casefold=True, stop_words=["the"]),
    ],
)
def test_every_line_is_kept_as_a_sentence(tmp_path, preparation):
    first, second, third = (tmp_path / f"{number}.txt" for number in range(3))
    first.write_text("a b\n\n \n" + "c " * 1_500 + "\nd\n\n")
    second.write_text("\ne f")  # no newline ends it
    third.write_text("\n")
    lines = [["a", "b"], [], [], ["c"] * 1_500, ["d"], [], [], ["e", "f"], []]
    how = {"min_count": 1, "keep_lines": True, "preparation": preparation}
    for workers in (1, 2):
        with encode([first, second, third], workers=workers, **how) as corpus:
            assert decoded(corpus) == lines
            assert corpus.long_lines_split == 0
    with encode(lines, **how) as corpus:
        assert decoded(corpus) == lines
    with encode([first, second, third], min_count=1, preparation=preparation) as corpus:
        assert [len(sentence) for sentence in decoded(corpus)] == [2, 1_000, 500, 1, 2]


def test_lines_that_end_in_full_stops_are_no_more_lines(tmp_path):
    (tmp_path / "text.txt").write_text("One two. Three.  \nFour! 你好。再见！\n\nFive.")
    how = {"min_count": 1, "keep_lines": True, "preparation": Preparation("words", split_sentences=True)}
    with encode(tmp_path / "text.txt", **how) as corpus:
        assert decoded(corpus) == [["One", "two"], ["Three"], ["Four"], ["你好"], ["再见"], [], ["Five"]]


def test_a_cache_of_lines_is_no_cache_of_sentences(text, tmp_path):
    for keep_lines, sentences in ((True, 4), (False, 3), (True, 4)):
        with encode(text, min_count=1, keep_lines=keep_lines, cache=tmp_path / "cache") as corpus:
            assert corpus.sentences == sentences
    with pytest.raises(OptionError, match="keep_lines=1, expected True or False"):
        encode(text, keep_lines=1)
