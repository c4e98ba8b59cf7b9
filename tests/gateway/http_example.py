"""The example of docs/spec/http.md: `python -m tests.gateway.http_example` writes it into the page anew."""

from __future__ import annotations

import base64
import re
import tempfile
from pathlib import Path

from schemas.receipts import RECEIPT_TYPE, parse_statement
from tests.gateway import plain_http
from tests.gateway.serving_gateway import served_sqlite
from tests.worlds import World

PAGE = Path(__file__).parents[2] / "docs" / "spec" / "http.md"
_BLOCK = re.compile(r"^```(request|body|answer|receipt)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> dict[str, str]:
    """What the page says."""
    return {name: text.removesuffix("\n") for name, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))}


def exchanged(folder: Path) -> dict[str, str]:
    """The same, as a gateway does it."""
    world = World()
    *kept, entry = world.some(14)
    with served_sqlite(folder, entries=kept, private=world.key("gateway")[0]) as (gateway, _):
        answer = plain_http.post(
            f"{gateway.url}/v1/events",
            content=entry,
            headers={"content-type": "application/vnd.dsse.envelope.v1+json"},
        )
    statement = parse_statement(base64.b64decode(answer.json()["statement"]), payload_type=RECEIPT_TYPE)
    request = answer.request
    return {
        "request": f"{request.method} {request.url.path} HTTP/1.1\nContent-Type: {request.headers['content-type']}\n"
        f"Content-Length: {request.headers['content-length']}",
        "body": entry.decode(),
        "answer": answer.text,
        "receipt": statement.payload.decode(),
    }


def main() -> None:
    """Write the page anew."""
    with tempfile.TemporaryDirectory() as folder:
        made = exchanged(Path(folder))
    page = _BLOCK.sub(lambda found: f"```{found[1]}\n{made[found[1]]}\n```", PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
