"""A web site for the tests: the decoder under /tng/, pages and pictures from memory, and a strict policy."""

import mimetypes
import threading
from collections import Counter
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from conftest import DIST

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; img-src 'self' blob:; style-src 'self'"
)


ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}


class Site:
    """Serves until it is closed. `files` maps paths to bytes, `requests` counts what was asked for. An isolated one sends what pages
    need to share memory among threads."""

    def __init__(self, is_isolated: bool = False, has_ranges: bool = True):
        self.files: dict[str, bytes] = {}
        self.requests: Counter[str] = Counter()
        # The bytes of `files` that were sent, by path.
        self.sent: Counter[str] = Counter()
        self.has_ranges = has_ranges
        # Of a path in here, half of the bytes are sent; the others when the event is set.
        self.holds: dict[str, threading.Event] = {}
        site = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=DIST)

            def end_headers(self):
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("Cache-Control", "no-store")
                for name, value in (ISOLATION if is_isolated else {}).items():
                    self.send_header(name, value)
                super().end_headers()

            def do_GET(self):
                site.requests[self.path] += 1
                if self.path in site.files:
                    site.send(self)
                else:
                    self.path = self.path.removeprefix("/tng")
                    super().do_GET()

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("localhost", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def send(self, handler):
        content = self.files[handler.path]
        media_type = mimetypes.guess_type(handler.path)[0] or "application/octet-stream"
        field = handler.headers.get("Range") if self.has_ranges else None
        if field:
            first, last = map(int, field.removeprefix("bytes=").split("-"))
            total, content = len(content), content[first : last + 1]
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {first}-{first + len(content) - 1}/{total}")
        else:
            handler.send_response(200)
        self.sent[handler.path] += len(content)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        half = len(content) // 2
        handler.wfile.write(content[:half])
        handler.wfile.flush()
        if handler.path in self.holds:
            self.holds[handler.path].wait(60)
        handler.wfile.write(content[half:])

    def close(self):
        self.server.shutdown()
        self.server.server_close()
