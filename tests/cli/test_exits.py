"""Exit codes: every error of the tree has one, and nothing ends with a traceback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer

from custody.cli.exits import EXITS, run
from schemas import errors
from schemas.errors import CustodyError


def subclasses(of: type[CustodyError]) -> Iterator[type[CustodyError]]:
    for error in of.__subclasses__():
        yield error
        yield from subclasses(error)


def app_that_raises(error: BaseException) -> typer.Typer:
    app = typer.Typer()

    @app.command("go")
    def go() -> None:
        raise error

    @app.command("other")
    def other() -> None:
        pass

    return app


def test_every_error_of_the_tree_has_an_exit_code() -> None:
    assert {error for error in subclasses(CustodyError) if error.__module__ == errors.__name__} == set(EXITS)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Misused("x", "Wrong command."), 64),
        (errors.Refused("x", "Wrong input."), 65),
        (errors.Unavailable("x", "Not now."), 69),
        (errors.OutcomeUnknown("x", "Try the same again."), 75),
        (errors.Contradicted("x", "Contradicted."), 1),
        (errors.NotEstablished("x", "Missing."), 2),
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied", "a-file"), 69),
        (RuntimeError("boom"), 70),
        (RecursionError(), 70),
        (MemoryError(), 70),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "odd"), 70),
    ],
)
def test_an_error_ends_with_its_code_and_one_sentence(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app_that_raises(error), arguments=["go"]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("custody: ")
    assert told.err.count("\n") == 1
    assert "boom" not in told.err


@pytest.mark.parametrize("words", [["nothing"], ["go", "--unknown"], ["go", "extra"]])
def test_a_wrong_call_is_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app_that_raises(RuntimeError()), arguments=words) == 64
    assert capsys.readouterr().err.count("\n") == 1


def test_a_command_says_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app_that_raises(typer.Exit(3)), arguments=["go"]) == 3
    assert run(app_that_raises(RuntimeError()), arguments=["other"]) == 0
    assert run(app_that_raises(RuntimeError()), arguments=["--help"]) == 0
