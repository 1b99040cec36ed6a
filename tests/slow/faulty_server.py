"""An HTTP server that fails in every way that it is asked to: ``http://host/<fault>/<file>``."""

import gzip
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOMB = gzip.compress(bytes(2**24))  # made once: on a busy machine it takes longer than a client waits


class FaultyServer(ThreadingHTTPServer):
    """Serves the files of `folder`, each fault in its own way; `requests` are pairs of a fault and a file.

    The ``slow`` mirror sends a file in 20 pieces, a pause of `pace` seconds before each. They are counted by
    the list in `pieces`, to which a request adds as long as it lasts.
    """

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder, self.requests, self.pace, self.pieces = folder, [], 0.001, []

    def url(self, fault):
        """Return the base URL of the mirror with that `fault`; ``good`` has none."""
        return f"http://127.0.0.1:{self.server_port}/{fault}/"

    def handle_error(self, request, client_address):
        """Say nothing where the client has hung up."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        _, fault, name = self.path.split("/")
        self.server.requests.append((fault, name))
        getattr(self, fault)((self.server.folder / name).read_bytes())

    def log_message(self, *args):
        """Print nothing."""

    def answer(self, body, status=200, length=None, **headers):
        """Send a whole answer; `length` is what it announces, by default the truth."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_without_length(self):
        self.send_response(200)
        self.end_headers()

    def good(self, content):
        self.answer(content)

    def slow(self, content):
        self.answer(b"", length=len(content))
        pieces = self.server.pieces
        for i in range(20):
            time.sleep(self.server.pace)
            self.wfile.write(content[i * len(content) // 20 : (i + 1) * len(content) // 20])
            pieces.append(i)

    def moved(self, content):
        self.answer(b"", 301, Location=self.path.replace("/moved/", "/good/"))

    def moved_in_circles(self, content):
        self.answer(b"", 301, Location=self.path)

    def missing(self, content):
        self.answer(b"no such file", 404)

    def broken(self, content):
        self.answer(b"no such luck", 500)

    def truncated(self, content):
        self.answer(content[: len(content) // 2], length=len(content))

    def short(self, content):
        self.answer(content[: len(content) // 2])

    def altered(self, content):
        self.answer(content[:-1] + bytes([content[-1] ^ 1]))

    def web_page(self, content):
        self.answer(b"<html>Please log in to this network</html>", Content_Type="text/html")

    def reset(self, content):
        self.answer(content[: len(content) // 2], length=len(content))
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def silent(self, content):
        self.answer(content[: len(content) // 2], length=len(content))
        time.sleep(5)

    def trickle(self, content):
        self.answer_without_length()
        for _ in range(1000):
            self.wfile.write(b"\0")
            time.sleep(0.02)

    def endless(self, content):
        self.answer_without_length()
        while True:
            self.wfile.write(bytes(2**16))

    def bomb(self, content):
        self.answer(BOMB)

    def bomb_in_transit(self, content):
        self.answer(BOMB, Content_Encoding="gzip")
