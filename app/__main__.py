"""`python -m app` is `hotline`."""

import sys

from app.cli import main

sys.exit(main())
