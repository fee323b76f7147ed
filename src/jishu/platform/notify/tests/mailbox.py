"""A real mail server in a thread: it says what it is told to say, and keeps what it accepted."""

import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class Mailbox:
    """``refusal``: the answer to every recipient, such as ``450 full`` or ``550 nobody``."""

    refusal: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    def __enter__(self) -> "Mailbox":
        ThreadingTCPServer.allow_reuse_address = True
        self._server = ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"mailbox": self}))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"


class _Handler(StreamRequestHandler):
    mailbox: Mailbox

    def handle(self) -> None:
        self.say("220 mailbox")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT" and self.mailbox.refusal:
                self.say(self.mailbox.refusal)
            elif word == "DATA":
                self.say("354 go on")
                self.take()
                self.say("250 kept")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.mailbox.mails.append(mail)  # type: ignore[arg-type]

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
