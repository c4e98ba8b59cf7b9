"""HTTP without TLS, to servers on this machine: a request prepares no certificates, which would cost more than it does itself."""

from __future__ import annotations

from functools import partial
from typing import Final

import httpx

get: Final = partial(httpx.get, verify=False)
post: Final = partial(httpx.post, verify=False)
request: Final = partial(httpx.request, verify=False)
