"""A copy of a ledger is as good as folding the log again, and each goes on by itself."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from random import Random

from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from tests.core.ledger.copies import copied
from tests.core.ledger.playing import Play, checked_all, fold, fold_checked
from tests.core.ledger.state_pictures import picture
from tests.core.ledger.test_never_raises import whole_play


@lru_cache(maxsize=1)
def whole_checked() -> list[Checked]:
    """The play's entries after the front door."""
    return checked_all(whole_play().log)


def afresh(log: list[bytes]) -> Ledger:
    """Every entry folded from nothing, its signatures verified."""
    ledger = Ledger.empty()
    for position, entry in enumerate(log):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger


def test_a_copy_at_any_place_goes_on_as_the_ledger_does_and_neither_changes_the_other() -> None:
    log = whole_play().log
    for place in range(0, len(log), 16):
        ledger, checked = fold(log[:place]), whole_checked()[place]
        copy, before = copied(ledger), picture(ledger)
        assert picture(copy) == before
        assert copy.apply(checked)
        assert picture(ledger) == before
        assert ledger.apply(checked)
        assert picture(ledger) == picture(copy)
        assert ledger.state.tree.root(place + 1) == copy.state.tree.root(place + 1)


def test_a_copy_takes_back_what_cannot_be_judged_in_itself_alone() -> None:
    ledger = copied(whole_play().ledger)
    before = picture(whole_play().ledger)
    ledger.apply(Checked(position=len(whole_play().log), entry="ab" * 32, fault="json-syntax"))
    assert picture(ledger) != before == picture(whole_play().ledger)


def test_logs_that_begin_alike_are_folded_as_if_each_were_the_first() -> None:
    log, random = whole_play().log[:50], Random(5)
    logs = [[*log[:head], *random.sample(log[head:], len(log) - head)] for head in (40, 44, 20, 44, 0)]
    logs += [log, log, log[:30], [*log[:30], log[10], *log[40:]], [*log[:35], b"{}", *log[35:]], log]
    for one in logs:
        assert picture(fold(one)) == picture(afresh(one))


def test_what_is_done_to_one_ledger_shows_in_no_other() -> None:
    items = whole_checked()[:30]
    for order in permutations(items[20:23]):
        one, two = (fold_checked([*items[:20], *order, *items[23:]]) for _ in range(2))
        before = picture(two)
        one.apply(whole_checked()[30])
        assert picture(fold_checked([*items[:20], *order, *items[23:]])) == picture(two) == before


def test_a_play_knows_nothing_of_another_with_the_same_beginning() -> None:
    one, two = Play("AYT", "ROM"), Play("AYT", "ROM")
    before = picture(two.ledger), picture(two.stage.ledger), two.stage.cast.devices["cec-device"].number
    one.act({"type": "DispensationGranted", "station": "ROM"}, by=("cec-1", "cec-2"))
    assert before == (picture(two.ledger), picture(two.stage.ledger), two.stage.cast.devices["cec-device"].number)
    assert picture(two.ledger) == picture(afresh(two.log))
    two.act({"type": "DispensationGranted", "station": "ROM"}, by=("cec-1", "cec-2"))
    assert (one.log, picture(one.ledger)) == (two.log, picture(two.ledger))
