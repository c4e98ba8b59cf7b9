"""Words of a command in the language that was asked for: a saying of the catalogue, or the sentence of an error or alarm.

The one place for it: ``custody.cli.exits`` says in which language a command runs, and nobody else hands it on.
"""

from __future__ import annotations

from pathlib import Path

import typer

from custody.cli.language import language_here
from custody.core.entries.receipts import SignedReply
from custody.core.wording.messages import Message, message, render, told_of_code

_ANY = "any"
"""The code of a sentence that came without one."""


def tell(text: Message | str, *, err: bool = False) -> None:
    """Print a saying in the language of the command; a text that is none as it is."""
    typer.echo(render(text, language=language_here()), err=err)


def tell_wrong(sentence: str, *, code: str = _ANY) -> None:
    """Print on standard error what is wrong, though the command goes on."""
    typer.echo(f"custody: {in_words(sentence, code=code)}", err=True)


def in_words(sentence: str, *, code: str = _ANY) -> str:
    """The sentence of an error or alarm in the language of the command."""
    if isinstance(sentence, Message):
        return render(sentence, language=language_here())
    return told_of_code(code, sentence=sentence, language=language_here())


def in_language(text: Message) -> str:
    """A saying in the language of the command: a question as a prompt takes it, a word within a row."""
    return render(text, language=language_here())


def reply_line(reply: SignedReply) -> Message:
    """What became of one entry: English is read by programs too, and has the codes."""
    if reply.position is None:
        return message("done.not-recorded", code=reply.codes[0])
    codes = f":{','.join(reply.codes)}" if reply.status == "finding" else ""
    return message("done.recorded", position=reply.position, entry=reply.entry, status=reply.status, codes=codes)


def enrolling(path: Path) -> str:
    """The command with which two registrars enrol what a file names."""
    return f"custody act --as REGISTRAR --as REGISTRAR {path} --out enrolled.event"
