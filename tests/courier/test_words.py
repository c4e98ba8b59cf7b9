"""The comparison words: a list that ears can tell apart, and words that depend on both halves."""

from __future__ import annotations

from itertools import combinations

from custody.courier.words import comparison_words, word_list


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[:], i
        for j, right in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
    return row[-1]


def test_there_are_256_words_of_3_to_8_small_letters() -> None:
    words = word_list()
    assert len(set(words)) == 256
    assert all(word.isascii() and word.islower() and word.isalpha() and 3 <= len(word) <= 8 for word in words)


def test_no_two_words_are_one_letter_apart() -> None:
    assert [pair for pair in combinations(word_list(), 2) if distance(*pair) < 2] == []


def test_the_words_depend_on_offer_and_answer_and_on_which_is_which() -> None:
    words = {comparison_words(offer=a * 64, answer=b * 64) for a, b in (("1", "2"), ("2", "1"), ("1", "3"), ("3", "2"))}
    assert len(words) == 4
    assert all(len(four) == 4 for four in words)
