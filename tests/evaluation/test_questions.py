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


MSR = """good better rough
better good rougher
good best rough
best good roughest
best better roughest
better best rougher
woman women year
man 's dog
see saw return
"""
MSR_ANSWERS = """JJ_JJR rougher
JJR_JJ rough
JJ_JJS roughest
JJS_JJ rough
JJS_JJR rougher
JJR_JJS roughest
NN_NNS years
NN_NNPOS dogs
VB_VBD returned
"""


def test_the_files_of_msr_as_they_are_published(tmp_path):
    """A pair of files in one folder; by its notes the six patterns of good and rough, then nouns and verbs."""
    path = write(tmp_path / "test_set" / "word_relationship.questions", MSR)
    write(tmp_path / "test_set" / "word_relationship.answers", MSR_ANSWERS)
    found = AnalogySet.read(path)
    assert found.name == "word_relationship"
    assert [section.name for section in found.sections] == [line.split()[0] for line in MSR_ANSWERS.splitlines()]
    assert {section.kind for section in found.sections} == {"syntactic"}
    assert found.sections[3].questions == [Question("best", "good", "roughest", ("rough",))]


MSR_CATEGORIES = [
    *("JJ_JJR", "JJR_JJ", "JJ_JJS", "JJS_JJ", "JJR_JJS", "JJS_JJR", "NN_NNS", "NNS_NN"),
    *("NN_NNPOS", "NNPOS_NN", "VB_VBD", "VBD_VB", "VB_VBZ", "VBZ_VB", "VBD_VBZ", "VBZ_VBD"),
]


def test_all_categories_of_msr_are_syntactic(tmp_path):
    path = write(tmp_path / "word_relationship.questions", "a b c\n" * 16)
    write(tmp_path / "word_relationship.answers", "".join(f"{category} d\n" for category in MSR_CATEGORIES))
    assert [(s.name, s.kind) for s in AnalogySet.read(path).sections] == [(c, "syntactic") for c in MSR_CATEGORIES]


BATS = {  # folders and files of BATS 3.0, with a line or two of the kinds that are in them
    "1_Inflectional_morphology/I01 [noun - plural_reg].txt": "album\talbums\napplication\tapplications\n",
    "1_Inflectional_morphology/I02 [noun - plural_irreg].txt": "ability\tabilities\nleaf\tleaves/leafs\n",
    "2_Derivational_morphology/D02 [un+adj_reg].txt": "able\tunable\nacceptable\tunacceptable\n",
    "3_Encyclopedic_semantics/E01 [country - capital].txt": "athens greece\nbaghdad iraq\n",
    "3_Encyclopedic_semantics/E07 [animal - sound].txt": "bee\tbuzz/hum\nlion\troar / growl\n",
    "4_Lexicographic_semantics/L07 [synonyms - intensity].txt": "ask\tbeg/plead/implore\r\nlike\tlove/adore\r\n",
    "4_Lexicographic_semantics/L01 [hypernyms - animals].txt": "cat\tfeline/felid/big_cat/\ndog\tcanine\n",
    "4_Lexicographic_semantics/L08 [synonyms - exact].txt": "airplane\taeroplane, plane\nbaby\tinfant\n",
}


def test_the_folder_of_bats_as_it_is_published(tmp_path):
    for name, text in BATS.items():
        write(tmp_path / "BATS_3.0" / name, text)
    write(tmp_path / "BATS_3.0" / "metadata.json", "{}")
    found = AnalogySet.read(tmp_path / "BATS_3.0")
    assert found.name == "BATS_3.0"
    kinds = {section.name: section.kind for section in found.sections}
    assert kinds == {
        "I01 [noun - plural_reg]": "syntactic",
        "I02 [noun - plural_irreg]": "syntactic",
        "D02 [un+adj_reg]": "syntactic",
        "E01 [country - capital]": "semantic",
        "E07 [animal - sound]": "semantic",
        "L01 [hypernyms - animals]": "semantic",
        "L07 [synonyms - intensity]": "semantic",
        "L08 [synonyms - exact]": "semantic",
    }
    pairs = {pair.word: pair.targets for section in found.sections for pair in section.pairs}
    assert pairs["leaf"] == ("leaves", "leafs")
    assert pairs["lion"] == ("roar", "growl")
    assert pairs["athens"] == ("greece",)
    assert pairs["like"] == ("love", "adore")
    assert pairs["cat"] == ("feline", "felid", "big_cat")
    assert pairs["airplane"] == ("aeroplane", "plane")
    assert all(len(section.questions) == 2 for section in found.sections)


def test_the_usual_size_of_bats_makes_its_usual_number_of_questions(tmp_path):
    write(tmp_path / "b" / "I01.txt", "".join(f"w{i}\tw{i}s\n" for i in range(50)))
    (section,) = AnalogySet.read(tmp_path / "b").sections
    assert len(section.questions) == 50 * 49


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
    with pytest.raises(FileFormatError, match="1 questions and 2 answers"):
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


def test_four_words_may_begin_with_a_colon(tmp_path):
    (section,) = AnalogySet.read(write(tmp_path / "q.txt", ": smileys\n:) :( up down\n")).sections
    assert (section.name, section.questions) == ("smileys", [Question(":)", ":(", "up", ("down",))])
