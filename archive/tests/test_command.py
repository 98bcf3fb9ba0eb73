import pytest

from tng_archive import command


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "destination"), [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a", "b/../a/"), ("a", "link")]
)
def test_source_and_destination_lie_apart(tmp_path, capsys, source, destination):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert "the same place" in refused(capsys, f"file:{tmp_path}/{source}", str(tmp_path / destination))


def test_no_source(tmp_path, capsys):
    assert "there is no folder" in refused(capsys, str(tmp_path / "a"), str(tmp_path / "b"))
    (tmp_path / "file").write_bytes(b"")
    assert "there is no folder" in refused(capsys, str(tmp_path / "file"), str(tmp_path / "b"))


@pytest.mark.parametrize(
    "options",
    [
        ["--quality", "101"],
        ["--effort", "10"],
        ["--quality", "50", "--lossless"],
        ["--target-size", "much"],
        ["--rules", "none.toml"],
    ],
)
def test_wrong_options(tmp_path, capsys, options):
    refused(capsys, str(tmp_path), "/nowhere", *options)


def test_wrong_rules(tmp_path, capsys):
    (tmp_path / "rules.toml").write_text('[[rule]]\nfolder = "a"\nquality = 500')
    assert "quality" in refused(capsys, str(tmp_path), "/nowhere", "--rules", str(tmp_path / "rules.toml"))


@pytest.mark.parametrize(
    ("text", "bytes"), [("7", 7), ("20KB", 20000), ("1.5 MiB", 3 << 19), ("4gib", 4 << 30)]
)
def test_sizes(text, bytes):
    assert command.size(text) == bytes


def test_cause_of_an_error_on_an_executor():
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1\n    f()\nOSError: no\n'
    trace = f"Job aborted:\n{trace}\n\tat java.lang"
    assert command.cause(RuntimeError(trace)) == "OSError: no"
    assert command.cause(OSError("yes")) == "yes"
