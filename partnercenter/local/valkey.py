"""A Valkey of our own, reachable by Unix socket only."""

import os
import socket
import tempfile
import time
from pathlib import Path

from partnercenter.local import state, wheels
from partnercenter.local.children import SERVICES, Child, Children
from partnercenter.local.trouble import Trouble

LONGEST_SOCKET = 107  # bytes; the kernel's limit
START_SECONDS = 30
DATABASES = 64  # one for each test worker


class Valkey:
    def __init__(self, root: Path, log: Path, *, durable: bool = True) -> None:
        self.root, self.log, self.durable = root, log, durable
        self.socket = root / "valkey.sock"
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET:
            self.socket = state.own_folder(Path(tempfile.gettempdir()), root) / "valkey.sock"

    def url(self, database: int = 0) -> str:
        return f"unix://{self.socket}?db={database}"

    def celery_url(self, database: int = 0) -> str:
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def start(self, children: Children) -> Child:
        self.root.mkdir(mode=0o700, exist_ok=True)
        child = children.start(
            "valkey",
            [
                str(wheels.valkey_server()), "--port", "0", "--unixsocket", str(self.socket),
                "--unixsocketperm", "700", "--dir", str(self.root), "--databases", str(DATABASES),
                "--maxmemory-policy", "noeviction", "--save", "",
                "--appendonly", "yes" if self.durable else "no",
            ],
            log=self.log,
            stage=SERVICES,
        )  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and child.process.poll() is None:
            if self._answers():
                return child
            time.sleep(0.02)
        raise Trouble(f"Valkey did not start; see {self.log}.")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(8).startswith(b"+PONG")  # not while it loads its file
            except OSError:
                return False
