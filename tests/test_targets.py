"""What is on the disk stays: results replace a file whole, links and permissions stay, devices are written through."""

import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from firth import targets
from firth.errors import OptionError, StorageError
from firth.targets import check_apart, check_writable, is_stream, replacing, scratch

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these files nor locks on them")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def write(path, content=b"new"):
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def test_a_file_is_there_when_it_is_whole(path):
    with replacing(path) as temporary:
        temporary.write_bytes(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(path):
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write(path, "no bytes")
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_check_touches_nothing(path):
    path.write_bytes(b"old")
    check_writable(path)
    check_writable(path.with_name("new"))
    assert [file.read_bytes() for file in path.parent.iterdir()] == [b"old"]
    with pytest.raises(StorageError, match="is a folder, expected a file name"):
        check_writable(path.parent)
    with pytest.raises(StorageError, match=r"cannot write .*: No such file or directory; hint: nothing was left half"):
        check_writable(path.parent / "nowhere" / "file")
    with pytest.raises(StorageError, match=r"cannot write .*: Not a directory"):
        check_writable(path / "file")


@posix
def test_a_symbolic_link_stays_and_what_it_leads_to_is_replaced(path, tmp_path):
    (tmp_path / "there").mkdir()
    there = tmp_path / "there" / "file"
    there.write_bytes(b"old")
    path.symlink_to("link")
    (tmp_path / "link").symlink_to(Path("there") / "file")
    write(path)
    assert path.is_symlink()
    assert (tmp_path / "link").is_symlink()
    assert there.read_bytes() == b"new"
    there.unlink()
    write(path, b"newer")  # the link leads to nothing
    assert there.read_bytes() == b"newer"
    assert path.is_symlink()


@posix
def test_a_link_that_leads_to_itself(path):
    path.symlink_to(path)
    with pytest.raises(StorageError, match=r"cannot write .*: Too many levels of symbolic links"):
        write(path)
    assert path.is_symlink()


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_permissions_stay(path, mode):
    path.write_bytes(b"old")
    path.chmod(mode)
    with replacing(path) as temporary:
        temporary.write_bytes(b"new")
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600  # nobody else reads it before
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_file_that_may_not_be_written_stays(path, monkeypatch):
    path.write_bytes(b"old")
    path.chmod(0o444)
    if os.access(path, os.W_OK):  # root may write all
        monkeypatch.setattr(os, "access", lambda *_: False)
    for refused in (lambda: write(path), lambda: check_writable(path)):
        with pytest.raises(StorageError, match=r"cannot write .*: Permission denied"):
            refused()
    assert path.read_bytes() == b"old"


@posix
def test_a_list_of_permissions_stays(path):
    path.write_bytes(b"old")
    entries = [(1, 6, -1), (2, 4, 12345), (4, 0, -1), (16, 4, -1), (32, 0, -1)]  # user 12345 may read
    access_list = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(path, "system.posix_acl_access", access_list)
    except (OSError, AttributeError):
        pytest.skip("there are no such lists here")
    mode = path.stat().st_mode
    write(path)
    assert os.getxattr(path, "system.posix_acl_access") == access_list
    assert path.stat().st_mode == mode


@posix
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_permissions_of_a_new_file_follow_the_mask(path, mask, mode):
    before = os.umask(mask)
    try:
        write(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_the_owner_stays(path):
    path.write_bytes(b"old")
    try:
        os.chown(path, 12345, 23456)
    except PermissionError:
        pytest.skip("only root may give a file away")
    write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


def test_no_name_can_be_foreseen(path):
    """A planted link at the name of the temporary file would be followed: there is a new one each time."""
    names = set()
    for _ in range(3):
        with replacing(path) as temporary:
            names.add(temporary.name)
    assert len(names) == 3
    assert not any(str(os.getpid()) in name.split("-") for name in names)


@posix
def test_a_planted_link_is_not_followed(path, tmp_path, monkeypatch):
    planted = iter([b"a" * 8, b"b" * 8])
    monkeypatch.setattr(os, "urandom", lambda _: next(planted))
    with replacing(path) as temporary:
        name = temporary.name.replace(b"a".hex(), b"b".hex())
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / name).symlink_to(victim)
    with pytest.raises(StorageError, match="File exists"):
        write(path)
    assert victim.read_bytes() == b"precious"


def test_threads_write_one_path(path):
    failures = []

    def work(number):
        try:
            for _ in range(20):
                write(path, bytes([number]) * 1000)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    content = path.read_bytes()
    assert len(content) == 1000
    assert len(set(content)) == 1
    assert list(path.parent.iterdir()) == [path]


KILLED = """
import os, signal, sys
from firth.targets import replacing
with replacing(sys.argv[1]) as temporary:
    temporary.write_bytes(bytes(1000))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
def test_what_a_killed_run_left_behind_is_removed_by_the_next(path):
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", KILLED, path]).returncode == -signal.SIGKILL
    assert [file.stat().st_size for file in path.parent.iterdir()] == [1000]  # the second run removed the first's
    write(path)
    assert list(path.parent.iterdir()) == [path]


@posix
def test_what_a_run_still_writes_stays(path, tmp_path):
    with replacing(path) as first:
        first.write_bytes(b"first")
        with replacing(path) as second:
            second.write_bytes(b"second")
            write(path.with_name("other"))
            assert first.exists()
            assert second.exists()
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"


@posix
def test_files_that_may_be_of_others_stay(path, tmp_path, monkeypatch):
    with replacing(path) as temporary:
        ours = temporary.name
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(targets, "_machine", lambda: ("0" * 8, "1" * 8))
        with replacing(path) as temporary:
            theirs = temporary.name  # of another machine, whose locks are not seen from here
    others = [theirs, f".file.{os.getpid()}.tmp", f"{ours}.txt", ours[1:], ".firth-tmp"]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / ours).touch()
    write(path)
    assert {file.name for file in tmp_path.iterdir()} == {"file", *others}


def test_a_temporary_file_is_gone_at_the_end():
    with scratch() as temporary:
        temporary.write_bytes(b"text")
    assert not temporary.exists()


WRITE = """
print("before")
with replacing(sys.argv[1]) as temporary:
    temporary.write_bytes(b"result")
"""


def run(code, *arguments, **pipes):
    """Run Python in a process of its own."""
    program = f"import os, sys\nfrom firth.targets import check_apart, replacing\n{code}"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes}
    return subprocess.run([sys.executable, "-c", program, *map(str, arguments)], **pipes)


@posix
@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/../dev/stdout"])
def test_stdout_is_written_through(name, tmp_path):
    if name != "-" and not Path(name).exists():
        pytest.skip(f"there is no {name} here")
    assert run(WRITE, name).stdout == b"before\nresult"
    with (tmp_path / "log").open("wb") as file:  # as in > log
        run(WRITE, name, stdout=file)
    assert (tmp_path / "log").read_bytes() == b"before\nresult"
    assert list(tmp_path.iterdir()) == [tmp_path / "log"]


@posix
def test_a_link_to_stdout(tmp_path):
    (tmp_path / "link").symlink_to("/dev/stdout")
    assert run(WRITE, tmp_path / "link").stdout == b"before\nresult"
    assert (tmp_path / "link").readlink() == Path("/dev/stdout")


@posix
def test_a_named_pipe_is_written_through(path):
    os.mkfifo(path)
    check_writable(path)
    found = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    write(path)
    reader.join()
    assert found == [b"new"]
    assert path.is_fifo()
    with pytest.raises(StorageError, match="is a pipe or a device, expected a file, which can be read again"):
        check_writable(path, stream=False)


@posix
def test_a_device_is_written_through():
    null = Path("/dev/null").stat()
    write("/dev/null")
    assert Path("/dev/null").stat() == null
    assert is_stream("/dev/null")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_device_that_is_full():
    with pytest.raises(StorageError, match=r"^cannot write /dev/full: No space left on device$"):
        write("/dev/full")


@posix
def test_a_reader_that_has_gone():
    code = f"reading, writing = os.pipe()\nos.close(reading)\nsys.argv = ['', f'/dev/fd/{{writing}}']{WRITE}"
    assert b"BrokenPipeError" in run(code).stderr  # which the command line passes over in silence


@posix
@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/dev/fd/9"])
def test_a_stream_that_is_closed(name):
    """The number of a stream that was closed goes to the next file that is opened, such as the temporary one."""
    program = f"import sys\nfrom firth.targets import replacing\n{WRITE.replace('print', '')}"
    command = [sys.executable, "-c", program, name]
    found = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *command], stderr=subprocess.PIPE)
    assert f"StorageError: cannot write {name}: Bad file descriptor".encode() in found.stderr


@posix
def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # its path may not be long
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("s")
        with pytest.raises(StorageError, match="s is a disk or a socket, expected a file name"):
            write("s")
    assert stat.S_ISSOCK(Path("s").stat().st_mode)


@posix
def test_files_are_told_apart_whatever_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a").write_text("text")
    Path("b").write_text("text")
    Path("folder").mkdir()
    Path("soft").symlink_to("a")
    Path("around").symlink_to(Path("folder") / ".." / "soft")
    os.link("a", "hard")
    for name in ("a", "./a", "folder/../a", str(tmp_path / "a"), "soft", "around", "hard"):
        for read, written in (("a", name), (name, "a")):
            with pytest.raises(OptionError, match=r"the same file.*hint: name another file for the result"):
                check_apart([("CORPUS", "b"), ("CORPUS", read)], [("--output", written)])
        with pytest.raises(OptionError, match=r"the same file.*hint: name two files"):
            check_apart([], [("--output", "a"), ("--model", name)])
    check_apart([("CORPUS", "a")], [("--output", "b"), ("--model", "c")])


def test_what_is_said_of_one_file(tmp_path):
    path = tmp_path / "a"
    path.touch()
    with pytest.raises(OptionError) as refused:
        check_apart([("CORPUS", path)], [("--output", path)])
    assert refused.value.message == (
        f"{path} is given as CORPUS and as --output: the same file is read, and would be overwritten"
    )


def test_two_results_that_are_not_there_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("new", "./new", str(tmp_path / "new")):
        with pytest.raises(OptionError, match="the same file"):
            check_apart([], [("--output", "new"), ("--model", name)])
    check_apart([], [("--output", "nowhere/new"), ("--model", "new")])
    with pytest.raises(OptionError, match="the same file"):
        check_apart([], [("--output", "nowhere/new"), ("--model", "nowhere/new")])


def test_a_file_system_that_ignores_case(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(targets, "_ignores_case", lambda _: True)
    with pytest.raises(OptionError, match="New, given as --output, and nEW, given as --model, are the same file"):
        check_apart([], [("--output", "New"), ("--model", "nEW")])
    monkeypatch.undo()


def test_a_file_system_without_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        Path(name).touch()
    status = targets._status
    monkeypatch.setattr(targets, "_status", lambda target: unnumbered(status(target)))
    check_apart([("CORPUS", "a")], [("--output", "b"), ("--model", "c")])
    for name in ("a", "./a", str(tmp_path / "a")):
        with pytest.raises(OptionError, match="the same file"):
            check_apart([("CORPUS", "a")], [("--output", name)])


def unnumbered(found):
    return found and os.stat_result((found.st_mode, 0, *found[2:10]))


def test_whether_case_is_ignored(tmp_path):
    folder = tmp_path / "Folder"
    folder.mkdir()
    assert targets._ignores_case(folder) == (tmp_path / "fOLDER").exists()


@posix
def test_pipes_and_devices_are_no_files(tmp_path):
    check_apart([("CORPUS", "-"), ("--file", "/dev/stdin")], [("--output", "-"), ("--html", "/dev/null")])
    check_apart([("CORPUS", "/dev/null")], [("--output", "/dev/null"), ("--html", "/dev/null")])
    with pytest.raises(OptionError, match="the same file"):
        check_apart([], [("--output", "-"), ("--html", "/dev/stdout")])


@posix
def test_stdin_and_stdout_may_be_files(path):
    path.write_text("text")
    apart = "check_apart([('CORPUS', sys.argv[1])], [('--output', sys.argv[2])])"
    with path.open("rb") as file:
        assert b"OptionError" in run(apart, "-", path, stdin=file).stderr
    with path.open("ab") as file:
        assert b"OptionError" in run(apart, path, "-", stdout=file).stderr
