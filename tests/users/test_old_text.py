"""A user with a folder of old files in several encodings, among pictures and other programs' files."""

import gzip
import random
import zipfile

import pytest

from firth import Word2Vec, WordVectors, encode

# What stands in each file: the encoding, and a sentence that stands there so often.
OLD = {
    "briefe/1994.txt": ("cp1252", "die Königin führte die Mädchen über die große Brücke zum Schloß", 30),
    "briefe/1989.txt": ("cp850", "la élève âgée était déjà à l'école où le maître l'attendait près de la forêt", 30),
    "briefe/mac.txt": ("mac-roman", "die schöne Müllerin öffnete früh die Tür und hörte die Vögel", 30),
    "письма/дом.txt": ("koi8-r", "все счастливые семьи похожи друг на друга и каждая несчастлива по своему", 30),
    "письма/dos.txt": ("cp866", "все смешалось в доме потому что жена узнала правду и объявила мужу", 30),
    "NOTES.TXT": ("utf-16", "the naïve café was closed because nobody wanted coffee", 30),
    "new.txt": ("utf-8", "the façade of the new café is green and nobody wanted it", 30),
}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>Füße</i> hoch,\nHände weg\n"
OTHERS = ["Москва", "—", "столица", "России", "Füße", "hoch,", "Hände", "weg", "nothing", "but", "ascii", "in", "here"]


def old_folder(folder):
    for name, (encoding, sentence, times) in OLD.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((f"{sentence}\r\n" * times).encode(encoding))
    page = '<html><head><meta charset="windows-1251"><title>no</title></head><body><p>Москва &mdash; столица<p>'
    (folder / "archive/page.html").write_bytes(f"{page}России".encode("cp1251", "xmlcharrefreplace"))
    (folder / "archive/film.srt").write_bytes(SRT.encode("cp1252"))
    (folder / "archive/packed.txt.gz").write_bytes(gzip.compress("Мир и война\n".encode("cp1251") * 30))
    (folder / "archive/photo.png").write_bytes(PNG)
    (folder / "archive/letter.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "archive/game.exe").write_bytes(b"MZ\x90\x00\x03\x00")
    with zipfile.ZipFile(folder / "archive/old.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing but ascii in here\n")
        archive.writestr("logo.png", PNG)


def test_a_folder_of_old_files(firth):
    old_folder(firth.folder)

    # As it is, the folder is not UTF-8, and the message says what to do.
    _, said = firth("vocab", "archive", code=1)
    assert said.startswith("firth: error: archive/briefe/1989.txt: not UTF-8 at byte 3; hint: --encoding auto")

    # With that, every word of every file is there as often as it stands there, and what was left out is told.
    (counted,), said = firth("vocab", "archive", "--encoding", "auto", "--min-count", 1, "-o", "words.tsv", "--json")
    assert "firth: warning: 4 files skipped (archive/game.exe: binary data, archive/letter.doc: an Office docu" in said
    assert "firth: note: encodings: " in said
    table = dict(line.split("\t") for line in (firth.folder / "words.tsv").read_text("utf-8").splitlines())
    expected = {}
    for _, sentence, times in OLD.values():
        for word in sentence.split():
            expected[word] = expected.get(word, 0) + times
    for word in OTHERS:
        expected[word] = expected.get(word, 0) + 1
    for word in ("Мир", "война"):
        expected[word] = 30
    expected["и"] += 30
    assert {word: int(count) for word, count in table.items()} == expected
    found = {file["path"].removeprefix("archive/"): file["encoding"] for file in counted["files"]["read"]}
    assert {name: found[name] for name in ("NOTES.TXT", "new.txt", "page.html")} == {
        "NOTES.TXT": "utf-16", "new.txt": "utf-8", "page.html": "cp1251"
    }  # fmt: skip
    assert len(found) == len(OLD) + 4
    assert {file["path"] for file in counted["files"]["skipped"]} == {
        f"archive/{name}" for name in ("photo.png", "letter.doc", "game.exe", "old.zip/logo.png")
    }

    # Vectors of it, of some of its files, and in Python.
    options = ["--min-count", 1, "--vector-size", 8, "--epochs", 1, "--workers", 1]
    firth("train", "archive", "-o", "v.safetensors", "--encoding", "auto", *options)
    assert set(WordVectors.load("v.safetensors").index_to_key) == set(expected)
    nearest, _ = firth("neighbors", "v.safetensors", "Königin", "-n", 3)
    assert nearest.splitlines()[0] == "Königin"
    assert len(nearest.splitlines()) == 4
    firth("train", "archive", "-o", "ru.safetensors", "--encoding", "auto", "--pattern", "письма/*", *options)
    assert set(WordVectors.load("ru.safetensors").index_to_key) == {
        word for name, (_, sentence, _) in OLD.items() if name.startswith("письма") for word in sentence.split()
    }
    model = Word2Vec(min_count=1, vector_size=8, epochs=1, workers=1)
    model.fit("archive/briefe/1994.txt", encoding="cp1252")
    assert "Schloß" in model.vectors

    # A language model of one encoding knows the words of another.
    text = "--encoding", "auto"
    firth("lm", "train", "archive/briefe/1994.txt", "-o", "m.safetensors", "--smoothing", "add-k", "--order", 1, *text)
    (firth.folder / "same.txt").write_text(OLD["briefe/1994.txt"][1] + "\n", "mac-roman")
    (judged,), _ = firth("lm", "perplexity", "m.safetensors", "same.txt", "--encoding", "mac-roman", "--json")
    assert judged["unknown"] == 0


def test_a_file_that_was_damaged_on_its_way(firth):
    draw = random.Random(1)
    raw = bytearray("die Mädchen pflückten Blumen\n" * 200, "utf-8")
    for place in draw.sample([place for place, byte in enumerate(raw) if byte == ord(" ")], 7):
        raw[place] = 0xFF
    (firth.folder / "damaged.txt").write_bytes(raw)
    _, said = firth("train", "damaged.txt", "-o", "v.safetensors", code=1)
    assert f"damaged.txt: not UTF-8 at byte {raw.index(0xFF)}; hint: " in said
    (summary,), said = firth("train", "damaged.txt", "-o", "v.safetensors", "--errors", "replace", "--json",
                             "--epochs", 1, "--vector-size", 8)  # fmt: skip
    assert summary["files"]["read"] == [{"path": "damaged.txt", "encoding": "utf-8", "replaced_bytes": 7}]
    assert "7 bytes in 1 file could not be decoded and were replaced with U+FFFD (damaged.txt: 7 not utf-8)" in said
    with pytest.warns(UserWarning, match="7 bytes in 1 file"):
        corpus = encode("damaged.txt", errors="replace", min_count=1)
    assert corpus.tokens_read == 4 * 200 - 7  # each bad byte joins two words
    corpus.close()
