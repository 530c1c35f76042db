"""Chinese: what is done before a text is cut, a user dictionary, and one script for both."""

import json
import sys

import pytest

from firth import cli, encode
from firth.errors import FileFormatError, MissingExtra, OptionError
from firth.lm import NgramModel
from firth.text import chinese
from firth.text.chinese import ChineseWords, dictionary_entries, in_script
from firth.text.preparation import Preparation, preparation_changes
from firth.text.queries import word_of_query

# A text in both scripts, and what jieba makes of it.
SIMPLIFIED = "汉语与电脑里的后面头发发展"
TRADITIONAL = "漢語與電腦裏的後面頭髮發展"
WORDS = ["汉语", "与", "电脑", "里", "的", "后面", "头发", "发展"]
TRADITIONAL_WORDS = ["漢語", "與", "電腦", "裏", "的", "後面", "頭髮", "發展"]
MADE_UP = "张无名搞云原生计算"  # 云原生 is no word of jieba's


def words(text, **options):
    return Preparation("chinese", **options).words(text)


def test_full_width_letters_are_half_width_before_the_text_is_cut():
    text = "我用ＡＢＣ公司的ＧＰＳ１２３手机"
    assert words(text, normalize="NFKC") == ["我用", "ABC", "公司", "的", "GPS123", "手机"]
    assert words(text, normalize="NFKC", casefold=True)[1] == "abc"
    assert "Ａ" in words(text)  # as it is, each letter is a word


def test_ends_of_sentences_are_found_before_punctuation_becomes_half_width():
    preparation = Preparation("chinese", normalize="NFKC", split_sentences=True)
    lines = preparation.cut("你好！再见？汉语。").split("\n")
    assert [line.split() for line in lines] == [["你好"], ["再见"], ["汉语"]]


def test_scripts():
    assert in_script(TRADITIONAL, "simplified") == SIMPLIFIED
    assert in_script(SIMPLIFIED, "traditional") == TRADITIONAL
    assert in_script("GPS 123", "traditional") == "GPS 123"
    assert in_script("\ud800漢", "simplified") == "\ud800漢"  # no text holds one
    for text in (SIMPLIFIED, TRADITIONAL):
        assert words(text, chinese="simplified") == WORDS
        assert words(text, chinese="traditional") == TRADITIONAL_WORDS
    assert words(SIMPLIFIED) == WORDS
    assert words(TRADITIONAL) != TRADITIONAL_WORDS  # jieba's dictionary does not know them


def test_scripts_and_the_other_tokenizers():
    for tokenizer in ("whitespace", "words"):
        preparation = Preparation(tokenizer, chinese="simplified", stop_words=["與"])
        assert preparation.words("漢語 與 电脑") == ["汉语", "电脑"]
    assert Preparation("characters", chinese="traditional").words("汉语") == ["漢", "語"]
    assert not Preparation(chinese="simplified").keeps_tokens


def test_text_that_conversion_makes_longer_is_cut_as_it_is(monkeypatch):
    monkeypatch.setattr(chinese, "in_script", lambda _, script: "头发" if script == "simplified" else "頭髮發")
    assert "".join(ChineseWords(script="traditional")("头发").split()) == "頭髮發"


def test_a_user_dictionary(tmp_path):
    assert "云原生" not in words(MADE_UP)
    path = tmp_path / "words.txt"
    path.write_text("云原生 100 n\n张无名 nr\n计算 5\r\n\n", encoding="utf-8-sig")
    assert dictionary_entries(path) == ("云原生 100 n", "张无名 nr", "计算 5")
    for given in (path, str(path), ["云原生", "张无名"], {"云原生 99", " 张无名 "}):
        assert words(MADE_UP, user_dictionary=given) == ["张无名", "搞", "云原生", "计算"]
    assert "云原生" not in words(MADE_UP)  # it is that of one preparation
    assert words("張無名搞雲原生計算", user_dictionary=["雲原生", "张无名"], chinese="simplified")[2] == "云原生"
    assert words("張無名搞雲原生計算", user_dictionary=["云原生", "张无名"], chinese="traditional")[2] == "雲原生"
    assert words("用ＡＢ云计算", user_dictionary=["ＡＢ云"], normalize="NFKC")[1] == "AB云"


def test_what_is_no_user_dictionary(tmp_path):
    (tmp_path / "words.txt").write_text("云原生\n云 原 生\n", encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"words\.txt, line 2: '云 原 生', expected a word, or a wo"):
        Preparation("chinese", user_dictionary=tmp_path / "words.txt")
    with pytest.raises(FileFormatError, match="no such file"):
        Preparation("chinese", user_dictionary=tmp_path / "nowhere.txt")
    with pytest.raises(OptionError, match="user_dictionary holds '', expected a word"):
        Preparation("chinese", user_dictionary=[""])
    with pytest.raises(OptionError, match=r"user_dictionary is that of the tokenizer 'chinese'; hint: to"):
        Preparation("words", user_dictionary=["云原生"])
    with pytest.raises(OptionError, match="chinese='simple', expected 'simplified', 'traditional' or None"):
        Preparation(chinese="simple")


def test_both_are_saved(tmp_path):
    preparation = Preparation("chinese", chinese="simplified", user_dictionary=["云原生"], normalize="NFKC")
    saved = json.loads(json.dumps(preparation.as_dict()))
    assert Preparation.from_dict(saved) == preparation
    assert Preparation.from_dict(saved).words("雲原生計算") == ["云原生", "计算"]
    assert preparation_changes(saved, Preparation("chinese").as_dict()) == [
        "normalize=None", "chinese=None", "user_dictionary=None"
    ]  # fmt: skip
    with pytest.raises(FileFormatError, match="a path that is read from a file is never opened"):
        Preparation.from_dict({**saved, "user_dictionary": str(tmp_path / "words.txt")})


def test_queries_are_converted():
    saved = Preparation("chinese", chinese="simplified").as_dict()
    assert word_of_query("電腦", saved, WORDS) == "电脑"
    assert word_of_query("漢語與電腦", saved, ["汉语_与_电脑"]) == "汉语_与_电脑"


def test_missing_packages(monkeypatch):
    saved = Preparation("chinese", chinese="simplified").as_dict()
    monkeypatch.setitem(sys.modules, "opencc", None)
    chinese.converter.cache_clear()
    for tokenizer in ("chinese", "words"):
        with pytest.raises(MissingExtra, match=r"converting to .* characters needs .*pip install 'firth\[chinese\]'"):
            _ = Preparation(tokenizer, chinese="simplified").cut
    assert word_of_query("电脑", saved, WORDS) == "电脑"
    with pytest.raises(MissingExtra):
        word_of_query("電腦", saved, WORDS)


def test_encoded_on_several_cores(tmp_path):
    lines = [SIMPLIFIED, TRADITIONAL, MADE_UP, "ＧＰＳ"] * 50
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    preparation = Preparation("chinese", chinese="simplified", user_dictionary=["云原生"], normalize="NFKC")
    with encode(tmp_path / "a.txt", preparation=preparation, min_count=1, workers=2) as corpus:
        assert {"汉语", "云原生", "GPS"} < set(corpus.vocabulary.words)
        assert corpus.vocabulary.counts[corpus.vocabulary.word_id("汉语")] == 100
    model = NgramModel.train(tmp_path / "a.txt", 1, smoothing="add-k", preparation=preparation)
    assert model.perplexity([TRADITIONAL, TRADITIONAL]).unknown == 0
    assert model.score([*TRADITIONAL_WORDS]) == pytest.approx(model.score([*WORDS]))


def test_the_command_line(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(f"{SIMPLIFIED}{MADE_UP}\n{TRADITIONAL}\n" * 5, encoding="gb18030")
    (tmp_path / "words.txt").write_text("云原生\n", encoding="utf-8")
    arguments = ["--tokenizer", "chinese", "--chinese", "traditional", "--normalize", "NFKC"]
    arguments += ["--user-dictionary", str(tmp_path / "words.txt"), "--encoding", "gb18030"]
    with pytest.raises(SystemExit):
        cli.main(["vocab", str(tmp_path / "a.txt"), *arguments, "-o", str(tmp_path / "v.tsv")])
    capsys.readouterr()
    table = (tmp_path / "v.tsv").read_text(encoding="utf-8")
    assert "頭髮\t10\n" in table
    assert "雲原生\t5\n" in table
    with pytest.raises(SystemExit):
        cli.main(["vocab", str(tmp_path / "a.txt"), "--user-dictionary", "x", "--encoding", "gb18030"])
    assert "hint: --tokenizer chinese" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["vocab", str(tmp_path / "a.txt"), *arguments, "-o", str(tmp_path / "words.txt")])
    assert "--user-dictionary" in capsys.readouterr().err  # it would be written over
