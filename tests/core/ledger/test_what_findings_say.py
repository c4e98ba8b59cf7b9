"""Every finding of the rulebook's vectors can be said in each language, from its JSON alone."""

from __future__ import annotations

import json

import pytest

from custody.core.wording.finding_codes import settles, title
from custody.core.wording.message_format import LANGUAGES
from custody.core.wording.messages import render, said, tell
from schemas.strict_json import canonical
from tests.core.ledger.playing import fold
from tests.core.ledger.test_rulebook import NAMES, content


@pytest.mark.parametrize("name", NAMES)
def test_what_a_story_finds_is_said_in_each_language(name: str) -> None:
    vector = content(name)
    prelude = [] if vector["prelude"] is None else content(f"prelude-{vector['prelude']}")
    ledger = fold(entry.encode() for entry in (*prelude, *(step["entry"] for step in vector["steps"])))
    for finding in ledger.state.findings:
        doc = json.loads(canonical(finding.doc()))
        sayings = [doc["says"], *(also["says"] for also in doc["also"])]
        assert [str(said(says)) for says in sayings] == [doc["sentence"], *(also["sentence"] for also in doc["also"])]
        for language in LANGUAGES:
            texts = [tell(says, language=language) for says in sayings]
            texts += [render(text, language=language) for text in (title(finding.code), settles(finding.code))]
            assert [text for text in texts if "{" in text or "None" in text] == []
            assert language == "en" or [text for text in texts if not _is_cyrillic(text)] == []


def _is_cyrillic(text: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in text)
