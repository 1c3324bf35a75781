"""`communaux serve`: a port that is taken is refused, also when whoever holds it would share it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from communaux import cli


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts all the same would take the place of these tests."""
    monkeypatch.setattr(os, "execv", lambda *_given: pytest.fail("a second server starts"))


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is held as the server holds its own: to be shared."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def test_a_second_server_on_one_port_is_refused(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--port", str(taken)]) == 2
    told = f"communaux: port {taken} of 127.0.0.1 is not free (Address already in use): choose another with --port\n"
    assert capsys.readouterr().err == told


def test_a_port_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--port", "70000"]) == 2
    assert capsys.readouterr().err.startswith("communaux: port 70000 of 127.0.0.1 is not free")
