"""Boxes of enrolment by a one-time code: a gateway keeps a registrar's sealed card and a few sealed requests, and reads none.

Everything is bounded: so many boxes, so many requests in each, so many bytes; a box is thrown away some days after its time.
With a folder they outlive a restart, and several gateways over one folder serve the same.

Codes: box-unknown, box-over, box-full, boxes-many.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from custody.adapters.durable import make_folder, read_file, write_private
from custody.core.authority.enrolment_boxes import EnrolmentBox
from schemas.errors import Misused, NotEstablished
from schemas.identifiers import epoch_seconds
from schemas.strict_json import canonical

BOXES_MAX: Final = 1_000
REQUESTS_MAX: Final = 4
REQUEST_BYTES_MAX: Final = 4_096
KEPT_S: Final = 7 * 24 * 3_600
"""How long a box stays after its time, so that a registrar still finds what was brought in time."""
_FILE_BYTES_MAX: Final = 64_000


@dataclass(frozen=True, slots=True)
class BoxContent:
    """What is in a box: the sealed card, and sealed requests, oldest first; base64 all."""

    until: str
    sealed: str
    requests: tuple[str, ...] = ()


class Boxes:
    """All boxes of a gateway. Safe for threads; several processes may share a folder, each write replaces one small file."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, BoxContent] = {}
        self._lock = threading.Lock()

    def open(self, said: EnrolmentBox, *, at: str) -> BoxContent:
        """Open a box, or put another card into it; its requests stay. Misused("boxes-many")."""
        with self._lock:
            found = self._all()
            for name, one in found.items():
                if epoch_seconds(one.until) + KEPT_S < epoch_seconds(at):
                    self._forget(name)
            before = found.get(said.box)
            if before is None and len(self._all()) >= BOXES_MAX:
                raise Misused("boxes-many", "This gateway keeps as many boxes as it can.")
            made = BoxContent(said.until, said.sealed, () if before is None else before.requests)
            self._put(said.box, made)
            return made

    def look(self, box: str) -> BoxContent:
        """What is in a box. NotEstablished("box-unknown")."""
        found = self._get(box)
        if found is None:
            raise NotEstablished(
                "box-unknown", "There is no such box here: no code like that was issued, or it is over."
            )
        return found

    def bring(self, box: str, request: str, *, at: str) -> None:
        """Put a request into a box; the same one again changes nothing. NotEstablished, Misused("box-over", "box-full")."""
        with self._lock:
            found = self.look(box)
            if request in found.requests:
                return
            if epoch_seconds(found.until) < epoch_seconds(at):
                raise Misused("box-over", "The time of this code is over: ask the registrars for a new one.")
            if len(found.requests) >= REQUESTS_MAX:
                raise Misused(
                    "box-full", "Too many requests were made with this code: ask the registrars for a new one."
                )
            self._put(box, replace(found, requests=(*found.requests, request)))

    def _all(self) -> Mapping[str, BoxContent]:
        if self._folder is None:
            return dict(self._memory)
        names = sorted(path.stem for path in self._folder.glob("*.json")) if self._folder.is_dir() else []
        return {name: found for name in names if (found := self._get(name)) is not None}

    def _get(self, box: str) -> BoxContent | None:
        if self._folder is None:
            return self._memory.get(box)
        try:
            value = json.loads(read_file(self._folder / f"{box}.json", bytes_max=_FILE_BYTES_MAX))
            return BoxContent(str(value["until"]), str(value["sealed"]), tuple(map(str, value["requests"])))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _put(self, box: str, content: BoxContent) -> None:
        if self._folder is None:
            self._memory[box] = content
            return
        make_folder(self._folder)
        said = {"until": content.until, "sealed": content.sealed, "requests": list(content.requests)}
        write_private(self._folder / f"{box}.json", canonical(said))

    def _forget(self, box: str) -> None:
        self._memory.pop(box, None)
        if self._folder is not None:
            (self._folder / f"{box}.json").unlink(missing_ok=True)
