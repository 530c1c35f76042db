"""``firth walk``: a file of walks, and mistakes."""

import pytest

from firth import cli


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(["walk", *map(str, arguments)])
    return left.value.code


@pytest.fixture
def edges(tmp_path):
    (tmp_path / "g.edgelist").write_text("1 2\n2 3\n3 1\n")
    return tmp_path / "g.edgelist"


def test_walks_are_written(edges, tmp_path, capsys):
    assert run(edges, "-o", tmp_path / "w.txt", "-n", 2, "--length", 5, "-p", 2, "-q", 0.5) == 0
    lines = (tmp_path / "w.txt").read_text().splitlines()
    assert len(lines) == 6
    assert all(len(line.split()) == 5 for line in lines)
    out, err = capsys.readouterr()
    assert (out, "6 walks over 3 nodes" in err) == ("", True)


def test_a_cycle_one_way_has_one_walk(edges, tmp_path):
    assert run(edges, "-o", tmp_path / "w.txt", "-n", 1, "--length", 4, "--directed") == 0
    assert sorted((tmp_path / "w.txt").read_text().splitlines()) == ["1 2 3 1", "2 3 1 2", "3 1 2 3"]


def test_mistakes(edges, tmp_path, capsys):
    assert run(edges, "-o", tmp_path / "w.txt", "--length", 0) == 2
    assert run(tmp_path / "nowhere", "-o", tmp_path / "w.txt") == 1
    edges.write_text("1\n")
    assert run(edges, "-o", tmp_path / "w.txt") == 1
    assert not (tmp_path / "w.txt").exists()
    assert "line 1" in capsys.readouterr().err
