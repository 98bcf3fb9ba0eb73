"""What spark-submit is given: ``spark-submit submit.py SOURCE DESTINATION``."""

import sys

from tng_archive.command import main

sys.exit(main())
