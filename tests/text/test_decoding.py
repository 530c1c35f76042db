"""Text in any encoding is read as if it were UTF-8; expected texts are what Python's own codecs make of the bytes."""

import codecs
import gzip
import io
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth import encode
from firth.corpus.phrases_found import find_phrases
from firth.errors import EncodingError, MissingExtra, OptionError, SourceError
from firth.lm import NgramModel
from firth.text.decoding import Decoding, decode_replacing, mark_of
from firth.text.lines import read_lines
from firth.text.preparation import Preparation
from firth.text.sources import TextFiles

# A language, an encoding in which it was written, and a text.
OLD = {
    ("French", "cp1252"): "Après le déjeuner, les élèves allèrent à l'école où le maître, déjà âgé, les attendait.",
    ("French", "iso8859-15"): "Le cœur de la forêt s'éveillait ; l'œil distrait, l'élève rêvait à son été passé.",
    ("French", "cp850"): "Les élèves se rendirent à l'école en chantant ; le maître, déjà âgé, les y attendait.",
    ("German", "mac-roman"): "Die Straße führte über die Brücke zum Fluß, wo die Mädchen Blumen pflückten.",
    ("Polish", "cp1250"): "Książka leżała na stole, a dziewczyna patrzyła na śnieg, który spadał cicho na łąkę.",
    ("Polish", "iso8859-2"): "Książka leżała na stole, a dziewczyna patrzyła na śnieg, który spadał cicho na łąkę.",
    ("Russian", "koi8-r"): "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.",
    ("Russian", "cp1251"): "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.",
    ("Russian", "cp866"): "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.",
    ("Greek", "cp1253"): "Ο γέρος ψαράς ξεκίνησε το πρωί για τη θάλασσα και γύρισε μόνο το βράδυ.",
    ("Japanese", "shift_jis"): "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    ("Japanese", "euc_jp"): "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    ("Japanese", "iso2022_jp"): "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    ("Chinese", "gb18030"): "老渔夫早晨出海，直到傍晚才回来。他的妻子拿着面包和酒在港口等他。",
    ("Chinese", "big5"): "老漁夫早晨出海，直到傍晚才回來。他的妻子拿著麵包和酒在港口等他。",
    ("Chinese", "utf-16-le"): "老渔夫早晨出海，直到傍晚才回来。他的妻子拿着面包和酒在港口等他。",
    ("Chinese", "utf-16-be"): "老渔夫早晨出海，直到傍晚才回来。他的妻子拿着面包和酒在港口等他。",
    ("Chinese", "utf-8"): "老渔夫早晨出海，直到傍晚才回来。他的妻子拿着面包和酒在港口等他。",
}


def text_of(path, decoding, size=1 << 20):
    files = TextFiles([path], decoding=decoding)
    blocks = list(files.blocks(size))
    assert files.decoding.files.read[0].path == str(path)
    return b"".join(block.text[: block.size].tobytes() for block in blocks).decode()


@pytest.fixture
def text(tmp_path):
    """Makes a file of bytes."""

    def make(content, name="a.txt"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return make


@pytest.mark.parametrize("encoding", sorted({encoding for _, encoding in OLD} | {"cp437", "utf-32-be", "utf-7"}))
def test_an_encoding_that_is_named(text, encoding):
    content = "".join(f"{line}\r\n" for line in OLD.values()).encode(encoding, "ignore")
    decoding = Decoding(encoding)
    assert text_of(text(content), decoding, 64) == content.decode(encoding)
    assert decoding.files.read[0].encoding == codecs.lookup(encoding).name


@pytest.mark.parametrize(("language", "encoding"), OLD)
def test_an_encoding_that_is_found(text, language, encoding):
    line = OLD[language, encoding]
    assert text_of(text(f"{line}\n".encode(encoding)), Decoding("auto")) == f"{line}\n"


@pytest.mark.parametrize("ascii_before", [1 << 10, 1 << 16, 200_001])
def test_ascii_says_nothing_about_what_follows(text, ascii_before):
    line = OLD["Russian", "koi8-r"]
    content = "the cat sat\n" * (ascii_before // 12) + line
    decoding = Decoding("auto")
    assert text_of(text(content.encode("koi8-r")), decoding) == content
    assert decoding.files.read[0].encoding == "koi8-r"
    assert text_of(text(b"the cat sat\n" * 20_000), decoding) == "the cat sat\n" * 20_000
    assert decoding.files.read[0].encoding == "utf-8"


@pytest.mark.parametrize("named", ["utf-8", "cp1252", "auto"])
@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-32-be"])
def test_a_byte_order_mark_is_believed(text, named, mark):
    line = OLD["Chinese", "gb18030"]
    with_mark = line if mark in ("utf-8-sig", "utf-16", "utf-32") else f"\ufeff{line}"
    assert text_of(text(with_mark.encode(mark)), Decoding(named)) == line
    path = text(f"{line}\n# {line}\n".encode("utf-16"), "words.txt")
    assert [found.text for found in read_lines(path)] == [line]


def test_marks_of_utf_32_begin_with_those_of_utf_16():
    assert mark_of("a".encode("utf-32")) == "utf-32"
    assert mark_of("a".encode("utf-16")) == "utf-16"
    assert mark_of(b"a") is None


@pytest.mark.parametrize(
    ("encoding", "content", "offset"),
    [
        ("cp1252", b"the cat \x81 sat", 8),
        ("cp1252", b"x" * 70_000 + b"\x81", 70_000),
        ("gb18030", "猫坐".encode("gb18030") + b"\xff\xff", 4),
        ("utf-16-le", "cat".encode("utf-16-le") + b"\x00", 6),
        ("utf-8", b"the cat \x81 sat", 8),
        ("ascii", b"caf\xe9", 3),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_bytes_that_are_not_valid(text, encoding, content, offset):
    with pytest.raises(EncodingError) as error:
        encode(text(content), encoding=encoding, min_count=1)
    assert (error.value.offset, error.value.encoding.lower()) == (offset, encoding)
    assert f"a.txt: not {error.value.encoding} at byte {offset}" in str(error.value)
    with encode(text(content), encoding=encoding, errors="replace", min_count=1) as corpus:
        expected = content.decode(encoding, "replace").split()
        assert sorted(corpus.vocabulary.words) == sorted(set(expected))


@given(st.binary(max_size=60), st.sampled_from(["utf-8", "cp1252", "gb18030", "shift_jis", "utf-16-le", "utf-32-be"]))
def test_what_is_replaced_is_counted(raw, encoding):
    decoded, replaced = decode_replacing(raw, encoding)
    assert decoded == raw.decode(encoding, "replace")
    assert (replaced == 0) == (decoded == raw.decode(encoding, "ignore"))
    stream = Decoding(encoding, "replace").utf_8(raw[:7], io.BytesIO(raw[7:]), "a.txt") if not mark_of(raw) else None
    if stream is not None and encoding != "utf-8":
        assert stream.read().decode("utf-8", "surrogatepass") == decoded


@pytest.mark.parametrize(
    ("raw", "encoding", "text", "count"),
    [
        (b"a\xe2\x82b", "utf-8", "a\ufffdb", 2),  # a character of three bytes that lacks the last: one replacement
        (b"\xf0\x9f\x98", "utf-8", "\ufffd", 3),
        (b"\xff\xfe", "utf-8", "\ufffd\ufffd", 2),
        (b"a\0\0\0\0\0\x11\0", "utf-32-le", "a\ufffd", 4),  # beyond the last code point
        (b"a\0b", "utf-16-le", "a\ufffd", 1),
        ("\ufffd".encode(), "utf-8", "\ufffd", 0),  # it stands there
    ],
)
def test_bytes_are_counted_and_not_replacements(raw, encoding, text, count):
    assert decode_replacing(raw, encoding) == (text, count)


def test_replaced_bytes_are_told(text, tmp_path):
    text(b"the caf\xe9 \xff\xfe sat on\n" * 5, "a.txt")
    text(b"the cat sat\n" * 5, "b.txt")
    text("the cat".encode("utf-16") + b"\x00", "c.txt")
    told = r"16 bytes in 2 files could not be decoded and were replaced with U\+FFFD .*a.txt: 15 not utf-8, .*c.txt: 1"
    seen = []
    with pytest.warns(UserWarning, match=told):
        corpus = encode(tmp_path, errors="replace", on_files=seen.append)
    assert [file.replaced_bytes for file in corpus.files.read] == [15, 0, 1]
    assert seen == [corpus.files]
    corpus.close()
    with pytest.warns(UserWarning, match="15 bytes in 1 file could"):  # cut by a function, in the other way to read
        encode(tmp_path / "a.txt", errors="replace", preparation=Preparation(str.split)).close()


def test_the_corpus_knows_the_encoding_of_each_file(text, tmp_path):
    for (language, encoding), line in OLD.items():
        text(f"{line}\n".encode(encoding), f"{language}-{encoding}.txt")
    seen = []
    with encode(tmp_path, encoding="auto", min_count=1, cache=tmp_path / ".cache", on_files=seen.append) as corpus:
        words = set(corpus.vocabulary.words)
        assert {"koi8-r", "big5", "utf-8", "utf-16-le"} < {file.encoding for file in corpus.files.read}
    assert words == {word for line in OLD.values() for word in line.split()}
    with encode(tmp_path, encoding="auto", min_count=1, cache=tmp_path / ".cache", on_files=seen.append) as corpus:
        assert seen == [corpus.files, corpus.files]  # from the cache
    with encode(tmp_path, encoding="cp437", pattern="*cp850*", min_count=1, cache=tmp_path / ".cache") as corpus:
        assert set(corpus.vocabulary.words) != words


def test_files_are_described_for_a_person(text, tmp_path):
    text("Königin".encode("cp1252"), "a.txt")
    text("Königin".encode(), "b.txt")
    text("Königin".encode("utf-16"), "c.txt")
    text("König".encode("utf-16"), "d.txt")
    with encode(tmp_path / "b.txt", min_count=1) as corpus:
        assert corpus.files.encodings is None
    decoding = Decoding("cp1252")
    list(TextFiles([tmp_path / name for name in ("a.txt", "b.txt", "c.txt", "d.txt")], decoding=decoding).blocks())
    assert decoding.files.encodings == (
        f"cp1252 in 2 files ({tmp_path / 'a.txt'}, {tmp_path / 'b.txt'}), "
        f"utf-16 in 2 files ({tmp_path / 'c.txt'}, {tmp_path / 'd.txt'})"
    )


def test_every_reader_of_text_decodes(text):
    line = "le bébé dort là\n"
    path = text(line.encode("cp1252") * 5)
    packed = text(gzip.compress(line.encode("utf-16")), "b.txt.gz")
    records = text('{"text": "le bébé dort là"}\n'.encode("cp1252"), "c.jsonl")
    table = text("text,n\nle bébé dort là,1\n".encode("utf-16"), "d.csv")
    expected = {"le", "bébé", "dort", "là"}
    for given_, field in ((path, None), (packed, None), (records, "text"), (table, "text")):
        with encode(given_, encoding="cp1252", field=field, min_count=1) as corpus:
            assert set(corpus.vocabulary.words) == expected
    model = NgramModel.train(path, 1, smoothing="add-k", encoding="cp1252")
    assert expected < set(model.words)
    assert model.perplexity(packed, encoding="cp1252").unknown == 0
    assert model.perplexity(records, encoding="cp1252", field="text").unknown == 0
    assert len(find_phrases(path, encoding="cp1252", threshold=0, min_count=1)) == 3


@pytest.mark.parametrize("name", ["no-such", "hex", "rot13", "unicode_escape", "idna", "", 5, "utf\0", "undefined"])
def test_names_that_are_no_encoding(name):
    with pytest.raises(OptionError, match=r"expected the name of an encoding, such as cp1252.*hint: encoding='auto'"):
        Decoding(name)


def test_what_cannot_be_found(text):
    for content in (bytes(range(256)) * 8, b"\x00\x01\x02" * 90, OLD["Chinese", "big5"].encode("utf-16-le")):
        with pytest.raises(
            SourceError,
            match=r"a\.txt holds b(inary data|ytes whose .*), expected a text; hint: encoding='cp",
        ):
            text_of(text(content), Decoding("auto"))


def test_finding_needs_chardet(monkeypatch):
    monkeypatch.setitem(sys.modules, "chardet", None)
    with pytest.raises(MissingExtra, match=r"pip install 'firth\[encodings\]'"):
        Decoding("auto")
    Decoding("cp1252")


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        (["a \ud800 b", "c d"], {"preparation": Preparation()}),
        (["a \ud800 b", "c d"], {"preparation": Preparation("words")}),
        ([{"text": "a \ud800 b"}, {"text": "c d"}], {"field": "text"}),
    ],
)
def test_texts_that_python_holds(texts, options):
    with pytest.raises(EncodingError, match="the texts: not UTF-8 at byte 2"):
        encode(texts, min_count=1, **options)
    with pytest.warns(UserWarning, match=r"3 bytes in 1 file could not be decoded .*the texts: 3 not utf-8"):
        corpus = encode(texts, min_count=1, errors="replace", **options)
    assert {"a", "b", "c", "d"} <= set(corpus.vocabulary.words)
    corpus.close()


def test_nothing_is_told_of_utf_8(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(text("été\n".encode() * 9), min_count=1, encoding="auto").close()
