"""A model that is larger than the memory is refused with the number."""

import pytest

from firth import Word2Vec
from firth.errors import OptionError
from firth.training import memory


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A system with 8 GiB available, in a container limited to 2 GiB, of which 1 is used, a half of it for files."""
    (tmp_path / "meminfo").write_text("MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n")
    (tmp_path / "memory.max").write_text(f"{2 << 30}\n")
    (tmp_path / "memory.current").write_text(f"{1 << 30}\n")
    (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {1 << 29}\n")
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    return tmp_path


def test_the_smaller_of_system_and_container_counts(system):
    assert memory.available_memory() == 3 << 29
    (system / "memory.max").write_text("max\n")
    assert memory.available_memory() == 8 << 30


def test_what_does_not_fit_is_refused_with_the_number(system):
    memory.check_memory(1_000_000, 1_000_000, 1_000_000, 100)  # 2 x 448 MB
    with pytest.raises(OptionError) as told:
        memory.check_memory(10_000_000, 10_000_000, 10_000_000, 300)
    assert str(told.value) == (
        "10,000,000 words of 300 dimensions need 23.8 GiB for both matrices, but only 1.5 GiB of memory are available; "
        "hint: max_words=566231, or a smaller vector_size"
    )


def test_fit_asks_before_it_begins(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 100)
    model = Word2Vec(min_count=1, vector_size=16)
    with pytest.raises(OptionError, match=r"3 words of 16 dimensions need 0\.0 GiB"):
        model.fit([["a", "b", "c"]] * 10)
    assert not model.is_trained
