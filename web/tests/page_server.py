"""The service with the page, on a free port."""

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path

from conftest import ROOT

SERVER = Path(
    os.environ.get("TNG_SERVER", ROOT / "Server" / ".build" / "release" / "tng-server"))


@contextmanager
def serve_page():
    """Yields the address of a running service, and stops it in the end."""
    # Machines that run tests are slow at times; the limit is not what is tested.
    command = [SERVER, "--port", "0", "--web", ROOT / "web" / "page", "--time-limit", "600",
               "--log-level", "notice"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            listening = next(line for line in process.stderr if "listening" in line)
            port = re.search(r"port=(\d+)", listening)[1]
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
