"""Where the state lies."""

import os
import stat

import pytest

from partnercenter.local import state
from partnercenter.local.trouble import Trouble


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def as_root(monkeypatch, tmp_path):
    """Root with a state folder nobody else can reach, and a place to fall back to."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    if os.getuid() != 0:
        monkeypatch.setattr(state, "own_folder", lambda parent, _key: parent / "ours")
    closed, fallback = tmp_path / "closed", tmp_path / "fallback"
    closed.mkdir(mode=0o700)
    fallback.mkdir()
    monkeypatch.setattr(state, "FALLBACK_PARENT", fallback)
    return closed


def test_state_dir_is_made_and_lets_others_pass_but_not_list(tmp_path):
    made = state.state_dir({"STATE_DIR": str(tmp_path / "deep" / "state")})
    assert made == (tmp_path / "deep" / "state").resolve()
    assert mode(made) == 0o711


def test_state_dir_that_exists_keeps_its_mode(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    state.state_dir({"STATE_DIR": str(tmp_path / "mine")})
    assert mode(tmp_path / "mine") == 0o700


def test_state_dir_that_cannot_be_written_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Trouble, match=r"The state folder .*file/state is not writable .*STATE_DIR"):
        state.state_dir({"STATE_DIR": str(tmp_path / "file" / "state")})


def test_database_falls_back_where_nobody_cannot_reach_and_says_so(as_root):
    path, note = state.database_dir(as_root)
    assert path.parent == state.FALLBACK_PARENT
    assert note.startswith("PostgreSQL runs as nobody, who cannot reach")
    assert note.endswith(str(path))
    assert mode(as_root) == 0o700


def test_fallback_is_found_again_and_differs_by_state_folder(tmp_path):
    first = state.own_folder(tmp_path, tmp_path / "one")
    assert state.own_folder(tmp_path, tmp_path / "one") == first
    assert state.own_folder(tmp_path, tmp_path / "two") != first
    assert mode(first) == 0o711


def test_fallback_prepared_by_a_stranger_is_refused(tmp_path):
    name = state.own_folder(tmp_path, tmp_path / "one")
    name.rmdir()
    (tmp_path / "elsewhere").mkdir()
    name.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Trouble, match="belongs to somebody else"):
        state.own_folder(tmp_path, tmp_path / "one")


def test_without_root_the_database_lies_in_the_state_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert state.database_dir(tmp_path) == (tmp_path / "postgres", "")


def test_a_folder_is_taken_by_one_at_a_time(tmp_path):
    first, second = state.Lock(tmp_path), state.Lock(tmp_path)
    assert first.take()
    first.say("process 7, port 8000")
    assert not second.take()
    assert second.said() == "process 7, port 8000"
