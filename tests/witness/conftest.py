"""What is left out where Go and other people's modules need not be: ``make soak`` has it."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("CUSTODY_SOAK") == "1" else ["test_third_party.py"]
