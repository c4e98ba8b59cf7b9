"""The two sizes of the property tests: `make test` is the same on every run, `make soak` searches further."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("test", derandomize=True, deadline=None)
settings.register_profile("soak", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("soak" if os.environ.get("CUSTODY_SOAK") == "1" else "test")
