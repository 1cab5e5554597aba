"""A bare machine: which Python, which pip, which packages."""

import hashlib
import re
import subprocess
import sys

import pytest

from partnercenter.local import __main__ as entry
from partnercenter.local import bootstrap, pip
from partnercenter.local.state import PROJECT
from partnercenter.local.trouble import Trouble

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-s3.txt")


def pins(name):
    lines = (PROJECT / name).read_text().splitlines()
    return {line.split(" ")[0] for line in lines if re.match(r"[a-z0-9]", line)}


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0), (2, 7, 18)])
def test_an_unsupported_python_is_refused_in_one_sentence(capsys, monkeypatch, version):
    monkeypatch.setattr(entry, "other_python", lambda: None)
    assert entry.main(["run"], version=version) == 1
    said = capsys.readouterr().err
    assert said.startswith("This needs Python 3.11, 3.12 or 3.13; ")
    assert f"is {version[0]}.{version[1]}." in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 7), (3, 13, 0)])
def test_supported_pythons(version):
    assert entry.supported(version)


def test_the_entry_reads_on_an_old_python():
    text = (PROJECT / "partnercenter/local/__main__.py").read_text()
    compile(text, "entry", "exec", dont_inherit=True)
    assert "from __future__" not in text  # unknown to 3.6
    assert not re.search(r":=|^\s*match |-> [^\"]*\|", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_name_digests_and_no_address(lock):
    text = (PROJECT / lock).read_text()
    assert re.findall(r"://|file:|--(?:extra-)?index-url|--find-links| @ ", text) == []
    packages = re.findall(r"^[a-z0-9].*?(?=\n[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(packages) == len(pins(lock))
    assert [one for one in packages if "--hash=sha256:" not in one] == []


def test_the_development_lock_holds_all_of_the_running_one():
    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("NewConnectionError: Failed to establish", "No network: the package index"),
        ("Temporary failure in name resolution", "No network: the package index"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package is not the one that was tested"),
        ("Disk full", "The packages could not be installed. pip said:\nDisk full"),
    ],
)
def test_a_failed_install_says_why(output, start):
    assert bootstrap._why(output).startswith(start)


def test_without_network_the_first_start_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("VENV", str(tmp_path / "venv"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Trouble, match="No network: the package index could not be reached"):
        bootstrap.ensure(bootstrap.RUN)
    assert not (tmp_path / "venv" / bootstrap.STAMP).exists()


def test_what_is_installed_is_not_looked_at_again(tmp_path, monkeypatch):
    monkeypatch.setenv("VENV", str(tmp_path / "venv"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    stamps = [bootstrap._digest(lock) for lock in (bootstrap.RUN, bootstrap.DEVELOP)]
    (tmp_path / "venv" / bootstrap.STAMP).write_text("\n".join(stamps))
    monkeypatch.setattr(bootstrap, "_install", lambda lock: pytest.fail(f"installs {lock}"))
    bootstrap.ensure(bootstrap.RUN)
    bootstrap.ensure(bootstrap.DEVELOP)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index with one pip in it, as pip's configuration names it."""
    (tmp_path / "simple/pip").mkdir(parents=True)
    wheel = tmp_path / "simple/pip/pip-9.9-py3-none-any.whl"
    wheel.write_bytes(b"pip itself")
    page = '<a href="pip-9.8-py3-none-any.whl">old</a> <a href="pip-9.9-py3-none-any.whl#x">9.9</a>'
    (wheel.parent / "index.html").write_text(page)
    monkeypatch.setattr(pip, "indexes", lambda: iter([(tmp_path / "simple").as_uri()]))
    return wheel


def locked(tmp_path, digest):
    lock = tmp_path / "lock.txt"
    lock.write_text(
        f"a==1 \\\n    --hash=sha256:1\npip==9.9 \\\n    --hash=sha256:{digest}\nz==1\n"
    )
    return lock


def test_a_missing_pip_comes_from_the_configured_index_checked(tmp_path, index):
    lock = locked(tmp_path, hashlib.sha256(b"pip itself").hexdigest())
    assert pip._download(lock, tmp_path).read_bytes() == b"pip itself"


def test_a_pip_with_another_digest_is_refused(tmp_path, index):
    with pytest.raises(Trouble, match=r"the digest of pip-9\.9-py3-none-any\.whl is wrong"):
        pip._download(locked(tmp_path, "0" * 64), tmp_path)


def test_without_any_index_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(pip, "indexes", lambda: iter(()))
    with pytest.raises(Trouble, match="neither ensurepip nor pip"):
        pip._download(locked(tmp_path, "0" * 64), tmp_path)


def test_indexes_come_from_pips_own_configuration(tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = http://mirror/a b\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://mirror/env")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setattr(pip, "_configuration_files", lambda: [tmp_path / "pip.conf"])
    assert list(pip.indexes()) == ["http://mirror/env", "http://mirror/a", "b"]
