"""An S3 server on loopback (moto) that fails one request in twenty: ``python failing_s3.py PORT
[NOT_FAILING]``.

Half of the failures come before the request is carried out, and half after it, when only the answer
is lost.
"""

from __future__ import annotations

import itertools
import sys

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

EVERY = 20
_ANSWER = b'<?xml version="1.0"?><Error><Code>%s</Code><Message>This failed for the test.</Message></Error>'


class Failing:
    def __init__(self, application, every: int) -> None:
        self._application, self._every = application, every
        self._numbers = itertools.count(1)

    def __call__(self, environ, start_response):
        number = next(self._numbers)
        if not self._every or number % self._every:
            return self._application(environ, start_response)
        is_before = number // self._every % 2
        if not is_before:
            answer = self._application(environ, lambda *arguments: None)
            b"".join(answer)
        status, code = (
            ("503 Slow Down", b"SlowDown") if is_before else ("500 Internal Server Error", b"InternalError")
        )
        print(f"failed request {number}: {environ['REQUEST_METHOD']} {environ['PATH_INFO']}", flush=True)
        start_response(status, [("Content-Type", "application/xml"), ("Connection", "close")])
        return [_ANSWER % code]


if __name__ == "__main__":
    application = DomainDispatcherApplication(create_backend_app)
    every = 0 if "NOT_FAILING" in sys.argv else EVERY
    run_simple("127.0.0.1", int(sys.argv[1]), Failing(application, every), threaded=True)
