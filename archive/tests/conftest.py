from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).resolve().parent
# For processes that tests start: the coder of `poison`, and the package where it is not installed.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(TESTS), str(TESTS.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
)
