"""The first pass: every token is numbered and counted once, whoever reads it."""

import itertools
from collections import Counter
from contextlib import ExitStack, closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.corpus.first_pass import read_files, read_sentences
from firth.corpus.spool import Spool
from firth.errors import EncodingError, SourceError
from firth.kernels.text.scanner import FILE_END, LINE_END
from firth.text.sources import TextFiles
from firth.text.tokenizers import whitespace

LETTERS = st.sampled_from("aaabbcdé日\U0001f600\x00 \n\n\t\x1f\x85\xa0\u2003\u3000\r")
TEXTS = st.lists(st.text(LETTERS, max_size=120), min_size=1, max_size=3)


def lines_of(tokens, spools):
    """The sentences that were read, with their spellings, and the line ends collapsed."""
    spelled = np.array([*tokens.spell(np.arange(len(tokens.counts))), ""], object)
    sentences, sentence = [], []
    for worker, start, stop in tokens.pieces:
        for number in spools[worker].mapped()[start:stop].tolist():
            if number in (LINE_END, FILE_END):
                sentences += [sentence] if sentence else []
                sentence = []
            else:
                sentence.append(spelled[tokens.numbers[worker][number]])
    assert sentence == []
    return sentences


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reading")


def write(folder, texts):
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return TextFiles(paths)


@given(texts=TEXTS, size=st.integers(1, 200), workers=st.integers(1, 6))
def test_text_is_read_as_the_tokenizer_says(tmp_path_factory, texts, size, workers):
    folder = tmp_path_factory.mktemp("reading")
    files = write(folder, texts)
    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool(folder, np.int32))) for _ in range(workers)]
        tokens = read_files(files, spools, block_size=size)
        expected = [sentence for text in texts for sentence in whitespace(text)]
        assert lines_of(tokens, spools) == expected

    everything = list(itertools.chain.from_iterable(expected))
    spelled = tokens.spell(np.arange(len(tokens.counts)))
    assert dict(zip(spelled, tokens.counts.tolist(), strict=True)) == Counter(everything)
    in_order = tokens.spell(np.argsort(tokens.firsts))
    assert in_order == list(dict.fromkeys(everything))


@given(st.lists(st.lists(st.text("ab \n日", min_size=1, max_size=3), max_size=5), max_size=20))
def test_token_lists_are_read_as_they_are(tmp_path_factory, sentences):
    with closing(Spool(tmp_path_factory.mktemp("reading"), np.int32)) as spool:
        tokens = read_sentences((iter(sentence) for sentence in sentences), spool)
        assert lines_of(tokens, [spool]) == [sentence for sentence in sentences if sentence]
    everything = list(itertools.chain.from_iterable(sentences))
    assert tokens.spell(np.arange(len(tokens.counts))) == list(dict.fromkeys(everything))
    assert tokens.counts.tolist() == list(Counter(everything).values())
    assert (np.diff(tokens.firsts) > 0).all()


def test_many_token_lists_are_counted_block_by_block(folder):
    sentences = ([f"w{number}", "the"] for number in range(100_000))
    reports = []
    with closing(Spool(folder, np.int32)) as spool:
        tokens = read_sentences(sentences, spool, progress=lambda *report: reports.append(report))
        assert sum(stop - start for _, start, stop in tokens.pieces) == 300_000
    assert len(tokens.counts) == 100_001
    assert tokens.counts[:3].tolist() == [1, 100_000, 1]
    assert reports == [(65_536, None), (131_072, None), (196_608, None), (200_000, None)]


def test_an_error_of_the_iterable_is_its_own(folder):
    def sentences():
        yield ["a"]
        raise KeyError("theirs")

    with closing(Spool(folder, np.int32)) as spool, pytest.raises(KeyError, match="theirs"):
        read_sentences(sentences(), spool)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_first_bad_place_is_named_whoever_finds_one(folder, workers):
    good, bad = b"all is well \n" * 50, b"x \xff y\n"
    files = write(folder, [good * 3, good + bad + good + bad + bad + good])
    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool(folder, np.int32))) for _ in range(workers)]
        for _ in range(20):
            with pytest.raises(EncodingError) as caught:
                read_files(files, spools, block_size=64)
            assert (caught.value.source, caught.value.offset) == (str(files.paths[1]), len(good) + 2)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_file_that_vanishes_while_it_is_read(folder, workers):
    files = write(folder, ["a b c " * 100, "d"])
    files.paths[1].unlink()
    files.size = lambda: None
    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool(folder, np.int32))) for _ in range(workers)]
        with pytest.raises(SourceError, match=r"1\.txt: cannot be read"):
            read_files(files, spools, block_size=64)


def test_progress_reaches_the_end(folder):
    files = write(folder, ["a b c " * 100, "d e " * 30])
    reports = []
    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool(folder, np.int32))) for _ in range(2)]
        read_files(files, spools, block_size=64, progress=lambda *report: reports.append(report))
    assert reports == sorted(reports)
    assert reports[-1] == (720, 720)


def test_an_error_in_progress_stops_the_reading(folder):
    def progress(done, _total):
        if done > 300:
            raise InterruptedError("enough")

    with ExitStack() as stack:
        spools = [stack.enter_context(closing(Spool(folder, np.int32))) for _ in range(3)]
        with pytest.raises(InterruptedError, match="enough"):
            read_files(write(folder, ["a b c " * 100]), spools, block_size=64, progress=progress)
