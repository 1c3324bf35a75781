"""A mail server (SMTP) on 127.0.0.1 that keeps what it is given, and misbehaves as told."""

from __future__ import annotations

import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser


@dataclass
class MailServer:
    """`answers`: what it says to a recipient instead of yes; `slow`: seconds before each answer to a letter;
    `silent_after_data`: it takes the letter, then hangs up without a word."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    slow: float = 0
    silent_after_data: bool = False
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    sessions: int = 0

    @property
    def mailers(self) -> dict[str, dict[str, object]]:
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 2}
        return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}

    def read(self, place: int = -1) -> EmailMessage:
        return BytesParser(policy=email.policy.default).parsebytes(self.letters[place][1])  # type: ignore[return-value]


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        told: MailServer = self.server.told  # type: ignore[attr-defined]
        told.sessions += 1
        self._say("220 ready")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self._say(told.answers.get(to, "250 ok"))
            elif verb == "DATA":
                if not self._letter(told, to):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _letter(self, told: MailServer, to: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        time.sleep(told.slow)
        told.letters.append((to, b"".join(lines)))
        if not told.silent_after_data:
            self._say("250 taken")
        return not told.silent_after_data

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hung up in the middle did so on purpose."""


@contextmanager
def running() -> Iterator[MailServer]:
    told = MailServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.told = told  # type: ignore[attr-defined]
        told.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield told
        server.shutdown()
