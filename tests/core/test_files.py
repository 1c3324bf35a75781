"""Files are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from communaux.core.files import replacing


def write(path: Path, *pieces: bytes, then: BaseException | None = None) -> None:
    with replacing(path) as file:
        for piece in pieces:
            file.write(piece)
        if then:
            raise then


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"old")
    with pytest.raises(type(error)):
        write(path, b"new", then=error)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["data.csv"]


def test_a_full_disk_found_only_at_the_end_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"old")

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"old", 1)


def test_a_new_file_has_the_rights_of_any_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain, made, kept = (tmp_path / name for name in ("plain", "made", "kept"))
    plain.write_bytes(b"")
    write(made, b"a", b"b")
    assert (made.read_bytes(), made.stat().st_mode) == (b"ab", plain.stat().st_mode)
    kept.write_bytes(b"old")
    kept.chmod(0o600)
    write(kept, b"new")
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (b"new", 0o600)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    place, link = tmp_path / "place", tmp_path / "link"
    place.write_bytes(b"old")
    link.symlink_to(place)
    write(link, b"new")
    assert link.is_symlink()
    assert place.read_bytes() == b"new"


def test_a_device_is_written_to_and_a_folder_or_no_folder_refused(tmp_path: Path) -> None:
    write(Path("/dev/null"), b"x")
    assert not Path("/dev/null").is_file()
    for place in (tmp_path, tmp_path / "nowhere" / "x"):
        with pytest.raises(OSError, match="directory"):
            write(place, b"x")
