"""The guides for couriers and officers name what stands on the screen, in the language of the guide, and show pictures of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
GUIDES: Final = sorted((ROOT / "docs" / "guides").glob("*.md"))
_LABEL: Final = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")
_QUOTED: Final = re.compile(r"«([^»]+)»|\"([^\"]+)\"")
WORDS_MAX: Final = 700
"""Two printed pages, with the pictures."""


def texts(language: str) -> list[str]:
    """Everything that the app says in a language."""
    sentences = json.loads((ROOT / "app" / "src" / "sentences.json").read_text(encoding="utf-8"))
    return [said[language].lower() for said in sentences.values()]


def test_each_guide_is_there_in_three_languages() -> None:
    assert {path.stem for path in GUIDES} == {
        f"{of}-{lang}" for of in ("courier", "officer") for lang in ("en", "ru", "kk")
    }


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_says_what_the_screen_says(guide: Path) -> None:
    language, text = guide.stem[-2:], guide.read_text(encoding="utf-8")
    named = _LABEL.findall(text) + [one or other for one, other in _QUOTED.findall(text)]
    assert len(named) > 15
    said = texts(language)
    assert [label for label in named if not any(label.lower() in one for one in said)] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_fits_two_pages_and_shows_its_language(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    pictures = re.findall(r"\((\.\./pictures/[^)]+)\)", text)
    assert pictures
    assert all(name.endswith(f"-{guide.stem[-2:]}.png") and (guide.parent / name).is_file() for name in pictures)
    assert len(text.split()) <= WORDS_MAX
