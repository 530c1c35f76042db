"""Forms of analogy files, and what is wrong with them."""

import pytest

from firth.errors import FileFormatError, SourceError, VocabularyError
from firth.evaluation import AnalogySet
from firth.evaluation.questions import Pair, Question


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_google(tmp_path):
    path = write(
        tmp_path / "q.txt", ": family\nhe she king queen\nhe she man woman\n: gram8-plural\ncat cats dog dogs\n"
    )
    found = AnalogySet.read(path)
    assert [(s.name, s.kind, len(s.questions)) for s in found.sections] == [
        ("family", "semantic", 2),
        ("gram8-plural", "syntactic", 1),
    ]
    assert found.sections[0].questions[0] == Question("he", "she", "king", ("queen",))
    words = [(pair.word, *pair.targets) for pair in found.sections[0].pairs]
    assert words == [("he", "she"), ("king", "queen"), ("man", "woman")]


def test_without_sections_there_is_one(tmp_path):
    (section,) = AnalogySet.read(write(tmp_path / "mine.txt", "a b c d\n")).sections
    assert (section.name, section.kind) == ("mine", None)


def test_msr(tmp_path):
    path = write(tmp_path / "word.questions", "good better rough\ncat cats dog\n")
    write(tmp_path / "word.answers", "JJ_JJR rougher\nNN_NNS dogs\n")
    sections = AnalogySet.read(path).sections
    assert [(s.name, s.kind) for s in sections] == [("JJ_JJR", "syntactic"), ("NN_NNS", "syntactic")]
    assert sections[0].questions == [Question("good", "better", "rough", ("rougher",))]


def test_bats(tmp_path):
    write(tmp_path / "1_Inflectional" / "I01 [noun - plural_reg].txt", "cat\tcats\ndog\tdogs/doggies\n")
    write(tmp_path / "4_Lexicographic" / "L01 [hypernyms].txt", "cat\tfeline/animal\ndog\tcanine\nbee\tinsect\n")
    plural, hypernyms = AnalogySet.read(tmp_path).sections
    assert (plural.kind, hypernyms.kind) == ("syntactic", "semantic")
    assert plural.pairs == [Pair("cat", ("cats",)), Pair("dog", ("dogs", "doggies"))]
    assert plural.questions == [
        Question("cat", "cats", "dog", ("dogs", "doggies")),
        Question("dog", "dogs", "cat", ("cats",)),
    ]
    assert len(hypernyms.questions) == 6


@pytest.mark.parametrize("line", ["a b c", "a b c d e"])
def test_a_malformed_line_is_named(tmp_path, line):
    with pytest.raises(FileFormatError, match=r"q\.txt, line 3: .*expected four words"):
        AnalogySet.read(write(tmp_path / "q.txt", f": family\na b c d\n{line}\n"))


def test_malformed_pairs_and_answers(tmp_path):
    write(tmp_path / "bats" / "E01.txt", "cat cats\ndog\n")
    with pytest.raises(FileFormatError, match=r"E01\.txt, line 2"):
        AnalogySet.read(tmp_path / "bats")
    path = write(tmp_path / "m.questions", "a b c\n")
    write(tmp_path / "m.answers", "x d\ny e\n")
    with pytest.raises(FileFormatError, match="1 questions for 2 answers"):
        AnalogySet.read(path)
    write(tmp_path / "m.answers", "x d e\n")
    with pytest.raises(FileFormatError, match=r"m\.answers, line 1"):
        AnalogySet.read(path)
    write(tmp_path / "m.questions", "a b\n")
    with pytest.raises(FileFormatError, match=r"m\.questions, line 1: .*three words"):
        AnalogySet.read(path)


def test_nothing_to_ask(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"no \.txt file"):
        AnalogySet.read(tmp_path / "empty")
    with pytest.raises(VocabularyError, match="no questions"):
        AnalogySet.read(write(tmp_path / "q.txt", ": family\n"))
