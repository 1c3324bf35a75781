"""`communaux serve`: a port that is taken is refused, also when whoever holds it would share it; a worker that dies is replaced."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import granian
import httpx
import psutil
import pytest

from communaux import cli

PATIENCE = 60  # seconds, on a busy machine


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts all the same would take the place of these tests."""
    monkeypatch.setattr(granian, "Granian", lambda *_given, **_more: pytest.fail("a second server starts"))


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


def test_workers_answer_one_that_dies_is_replaced_and_all_end_when_asked(own_desk: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "communaux", "serve", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, env=own_desk)
    try:
        until(lambda: answers(port))
        # each asks the database by a link of its own
        assert {httpx.get(f"http://127.0.0.1:{port}/communs/").status_code for _one in range(20)} == {200}
        time.sleep(4)  # one that ends sooner is taken for one that cannot start
        first, second = psutil.Process(server.pid).children()
        first.send_signal(signal.SIGKILL)
        until(lambda: len(alive(server.pid) - {first.pid, second.pid}) == 1)
        until(lambda: answers(port))
        server.terminate()
        assert server.wait(timeout=PATIENCE) == 0
        assert not psutil.pid_exists(second.pid)
    finally:
        for process in [server, *psutil.Process(server.pid).children()] if server.poll() is None else []:
            process.kill()


def alive(pid: int) -> set[int]:
    return {one.pid for one in psutil.Process(pid).children() if one.status() != psutil.STATUS_ZOMBIE}


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)
