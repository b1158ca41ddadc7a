"""A receiver in the place of Slack, Teams and a program: a real server in threads of its own, beside the processes."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Got:
    """One message as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, read as JSON."""
        return json.loads(self.body)

    @property
    def id(self) -> str:
        """Under which id it was sent."""
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        """What a program was told of."""
        return str(self.json["type"])

    @property
    def words(self) -> str:
        """The message as text, for looking things up in."""
        return json.dumps(self.json, ensure_ascii=False).replace("\N{NO-BREAK SPACE}", " ")


class Receiver:
    """Takes messages at any path and answers as Slack does.

    Change `status` and `delay` while it runs; `stop` and `start` it.
    """

    def __init__(self) -> None:
        self.status = 200
        self.delay = 0.0
        self.busy = 0
        self.patience = threading.Event()
        self.got: list[Got] = []
        self.refused: list[Got] = []
        self.port = 0
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen, on the same port as before."""
        receiver = self
        self.patience.clear()

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                """Say nothing: killed senders break off."""

        class Handler(BaseHTTPRequestHandler):
            timeout = 20

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.busy += 1
                receiver.patience.wait(receiver.delay)
                receiver.busy -= 1
                taken = receiver.status < 300
                (receiver.got if taken else receiver.refused).append(got)
                answer = b"ok" if taken else b"no"
                self.send_response(receiver.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening, and wait for nothing that is under way."""
        self.patience.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, path: str) -> str:
        """An address here."""
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Got]:
        """What was taken at a path."""
        return [got for got in self.got if got.path == path]

    def told(self, path: str) -> list[Got]:
        """What a program was told of events at a path: without the welcome and what else is about the channel."""
        return [got for got in self.at(path) if got.type not in ("welcome", "test", "closure.reminder")]
