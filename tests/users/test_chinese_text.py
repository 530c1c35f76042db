"""A user with Chinese text of several sources: simplified and traditional, full-width letters, a new word."""

import random

from firth import Word2Vec, WordVectors
from firth.text.preparation import Preparation

# Two topics, which share no word but the grammar.
COMPUTERS = ["电脑", "手机", "软件", "网络", "GPS", "云原生"]
ANIMALS = ["老虎", "大象", "狮子", "猴子", "熊猫", "长颈鹿"]
TRADITIONAL = {
    "电脑": "電腦", "手机": "手機", "软件": "軟件", "网络": "網絡", "云原生": "雲原生",
    "狮子": "獅子", "熊猫": "熊貓", "长颈鹿": "長頸鹿",
}  # fmt: skip
PREPARED = ["--tokenizer", "chinese", "--normalize", "NFKC", "--chinese", "simplified"]
TRAINING = ["--min-count", 5, "--vector-size", 16, "--window", 4, "--sample", 0, "--epochs", 30, "--workers", 1]


def sentences(number, seed):
    draw = random.Random(seed)
    for _ in range(number):
        topic = draw.choice([COMPUTERS, ANIMALS])
        a, b, c, d = draw.sample(topic, 4)
        yield f"{a}和{b}的{c}，{d}！"


def chinese_folder(folder):
    (folder / "texts").mkdir()
    (folder / "texts" / "simplified.txt").write_text("\n".join(sentences(300, 1)), "gb18030")
    traditional = "\n".join(sentences(300, 2))
    for simple, full in TRADITIONAL.items():
        traditional = traditional.replace(simple, full)
    (folder / "texts" / "traditional.txt").write_text(traditional, "big5")
    (folder / "texts" / "full-width.txt").write_text("\n".join(sentences(300, 3)).replace("GPS", "ＧＰＳ"), "utf-16")
    (folder / "texts" / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    (folder / "names.txt").write_text("云原生\n", "utf-8")


def test_chinese_text(firth):
    chinese_folder(firth.folder)
    text = [*PREPARED, "--user-dictionary", "names.txt"]

    # Without a tokenizer a warning says what to do, and the encoding is an error that says what to do.
    _, said = firth("vocab", "texts/simplified.txt", code=1)
    assert "texts/simplified.txt: not UTF-8 at byte " in said
    assert "hint: --encoding auto" in said
    _, said = firth("vocab", "texts/simplified.txt", "--encoding", "gb18030", "--min-count", 1)
    assert "the text seems to be written without spaces; hint: --tokenizer chinese" in said

    # The words are the same, whatever the file's encoding and script.
    (counted,), said = firth("vocab", "texts", "--encoding", "auto", *text, "-o", "words.tsv", "--json")
    table = dict(line.split("\t") for line in (firth.folder / "words.tsv").read_text("utf-8").splitlines())
    assert set(table) == {*COMPUTERS, *ANIMALS, "和", "的"}
    assert {file["path"]: file["encoding"] for file in counted["files"]["read"]} == {
        "texts/full-width.txt": "utf-16", "texts/simplified.txt": "gb18030", "texts/traditional.txt": "big5"
    }  # fmt: skip
    assert "1 file skipped (texts/cover.jpg: an image)" in said
    assert int(table["的"]) == 900

    # Words of one topic are near each other, and a query may be in either script.
    firth("train", "texts", "--encoding", "auto", *text, *TRAINING, "-o", "zh.safetensors", "--seed", 1)
    vectors = WordVectors.load("zh.safetensors")
    for topic in (COMPUTERS, ANIMALS):
        for word in topic:
            nearest = {near for near, _ in vectors.most_similar(word, topn=5)}
            assert len(nearest & set(topic)) >= 4, word
    simplified, _ = firth("neighbors", "zh.safetensors", "电脑", "-n", 5)
    traditional, _ = firth("neighbors", "zh.safetensors", "電腦", "-n", 5)
    assert traditional.splitlines()[1:] == simplified.splitlines()[1:]
    (firth.folder / "pairs.tsv").write_text("电脑\t手机\t9\n老虎\t狮子\t8\n电脑\t老虎\t1\n", "utf-16")
    (result,), _ = firth("evaluate", "zh.safetensors", "--similarity", "pairs.tsv", "--json")
    assert result

    # In Python, with traditional words.
    preparation = Preparation(
        "chinese", normalize="NFKC", chinese="traditional", user_dictionary="names.txt", stop_words=["的", "和"]
    )
    model = Word2Vec(min_count=5, vector_size=8, epochs=1, workers=1)
    model.fit("texts", preparation=preparation, encoding="auto", pattern="*.txt")
    assert set(model.vectors.index_to_key) == {TRADITIONAL.get(word, word) for word in (*COMPUTERS, *ANIMALS)}

    # Phrases and a language model read the same.
    scoring = "--scoring", "npmi", "--threshold", "-1"
    firth("phrases", "texts", "--encoding", "auto", *text, "-o", "phrases.tsv", *scoring)
    assert "云原生" in (firth.folder / "phrases.tsv").read_text("utf-8")
    firth("lm", "train", "texts/simplified.txt", "--encoding", "gb18030", *text, "-o", "lm.safetensors", "--order", 2,
          "--smoothing", "witten-bell")  # fmt: skip
    (judged,), _ = firth("lm", "perplexity", "lm.safetensors", "texts/traditional.txt", "--encoding", "big5", "--json")
    assert judged["unknown"] == 0  # it is prepared as the first text was
    assert judged["perplexity"] < 14
