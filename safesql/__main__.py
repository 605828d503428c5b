"""``python -m safesql``."""

import sys

from safesql.cli import main

sys.exit(main())
