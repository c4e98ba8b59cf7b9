"""docs/spec/http.md against the program: its example, its errors, its limits."""

from __future__ import annotations

import re
from pathlib import Path

from custody.gateway.bodies import BODY_S_MAX
from custody.gateway.connections import CONNECTIONS_A_KEY, CONNECTIONS_AN_ADDRESS
from custody.gateway.http import BATCH, EVENT
from custody.gateway.problems import STATUS_OF_CODE
from custody.gateway.shares import Limits
from schemas.gateway import BATCH_ENTRIES_MAX, READ_ENTRIES_MAX, GatewayReply
from tests.gateway.http_example import PAGE, blocks, exchanged

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_example_is_what_a_gateway_says(tmp_path: Path) -> None:
    assert blocks() == exchanged(tmp_path), "run: python -m tests.gateway.http_example"


def test_the_page_has_every_code_of_http_itself_at_its_status() -> None:
    for code, status in STATUS_OF_CODE.items():
        rows = [line for line in TEXT.splitlines() if line.startswith("| ") and f"`{code}`" in line]
        assert len(rows) == 1, code
        assert str(status) in rows[0].split("|")[1]


def test_the_page_names_every_status_and_field_of_a_reply() -> None:
    fields = GatewayReply.model_json_schema()["properties"]
    for word in (*fields, *fields["status"]["enum"]):
        assert f"`{word}`" in TEXT


def test_the_page_has_the_limits_of_the_program() -> None:
    limits = Limits()
    for number in (
        *(EVENT.bytes_max, BATCH.bytes_max, BATCH_ENTRIES_MAX, READ_ENTRIES_MAX, BODY_S_MAX),
        *(limits.key.per_second, limits.key.burst, limits.address.per_second, limits.address.burst),
        *(CONNECTIONS_AN_ADDRESS, CONNECTIONS_A_KEY),
    ):
        assert re.search(rf"(?<![\d,]){int(number):,}(?![\d,])", TEXT), number
