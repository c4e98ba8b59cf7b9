"""The text of ``--help``, laid out here: in English, Russian or Kazakh, in the program's own words, without a library's types.

The English words stand at the commands and their options; the other languages beside them in one table by their English text
(``custody/data/help.json``), whole paragraphs each. Words that the table lacks stay English; a test compares them all.

Imported by every command and by ``custody --help``: nothing here takes long to import, and the table is read where it is needed.
"""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args, get_origin

import typer
import typer.core

from custody.core.wording.message_format import Language

_WIDTH_MAX: Final = 118
_TERMS_MAX: Final = 26
"""The widest column of names; what is wider stands on a line of its own."""
_TYPES: Final[Mapping[type, str]] = {int: "NUMBER", float: "NUMBER", str: "TEXT"}
_LANG: Final = "--lang"
Row = tuple[str, str]


def help_words(text: str, *, language: Language) -> str:
    """A paragraph of help in a language; English where the table has no other."""
    plain = " ".join(text.split())
    return plain if language == "en" else _table().get(plain, {}).get(language, plain)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    rows: dict[str, dict[str, str]] = json.loads(files("custody").joinpath("data/help.json").read_text("utf-8"))
    return rows


def help_lines(command: Any, *, context: Any, language: Language) -> Iterator[str]:
    """The whole help of a command or a group: usage, what it does, and its names with what each means."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    commands: Mapping[str, Any] = getattr(command, "commands", {})
    say = _Saying(language)
    shown = [_in_usage(param, say) for param in arguments]
    usage = [context.command_path, say("[OPTIONS]"), *shown, *([say("COMMAND")] if commands else [])]
    yield f"{say('Usage')}: {' '.join(usage)}"
    for paragraph in (command.help or "").split("\n\n"):
        yield from ("", *say.wrapped(paragraph, indent="  "))
    yield from _section(say("Arguments"), rows=[(say(_argument(param)), _meaning(param, say)) for param in arguments])
    rows = [
        (_option(param, say), _meaning(param, say)) for param in command.get_params(context) if param not in arguments
    ]
    yield from _section(say("Options"), rows=rows)
    panels = dict.fromkeys(one.rich_help_panel for one in commands.values())
    for panel in panels:
        listed = [(name, say(_first(one))) for name, one in commands.items() if one.rich_help_panel == panel]
        yield from _section(say(panel or "Commands"), rows=listed)


class _Saying:
    """Words of help in one language, as wide as the screen."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self.width = min(shutil.get_terminal_size().columns, _WIDTH_MAX)

    def __call__(self, text: str) -> str:
        return help_words(text, language=self._language)

    def wrapped(self, text: str, *, indent: str) -> list[str]:
        """A paragraph in lines."""
        return textwrap.wrap(self(text), self.width, initial_indent=indent, subsequent_indent=indent)


def _section(title: str, *, rows: Sequence[Row]) -> Iterator[str]:
    """Names in one column, what they mean in the next."""
    if not rows:
        return
    yield from ("", f"{title}:")
    column = min(max(len(term) for term, _ in rows), _TERMS_MAX) + 4
    width = min(shutil.get_terminal_size().columns, _WIDTH_MAX)
    for term, meaning in rows:
        head = f"  {term}".ljust(column)
        if len(term) + 4 > column:
            yield f"  {term}"
            head = " " * column
        lines = textwrap.wrap(meaning, max(width - column, 30), break_on_hyphens=False) or [""]
        yield f"{head}{lines[0]}".rstrip()
        yield from (" " * column + line for line in lines[1:])


def _first(command: Any) -> str:
    return str(command.help or "").split("\n\n")[0]


def _argument(param: Any) -> str:
    return str(param.metavar or param.name).strip("{}[]").upper()


def _in_usage(param: Any, say: _Saying) -> str:
    """An argument as it stands in the line of usage: in brackets where it may be left out."""
    name = say(_argument(param)) + ("..." if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _option(param: Any, say: _Saying) -> str:
    """The names of an option, and what stands after them."""
    names = ", ".join([*param.opts, *param.secondary_opts])
    return " ".join([names, *([] if param.is_flag else [_value(param, say)])]).rstrip()


def _value(param: Any, say: _Saying) -> str:
    """What an option takes: its own word for it, the words to choose from, or which kind of thing."""
    if param.metavar:
        return say(param.metavar)
    stated = param.type_descriptor.annotation
    kinds = [kind for kind in get_args(stated) if kind is not type(None)] or [stated]
    if get_origin(stated) is Literal:
        return "|".join(map(str, get_args(stated)))
    return say(_TYPES.get(kinds[0], "PATH"))


def _meaning(param: Any, say: _Saying) -> str:
    """What an argument or option says, where else it may be stated, and what it is where nothing is."""
    notes = [say("required")] if param.required else []
    if param.envvar:
        notes.append(f"{say('environment')}: {param.envvar}")
    if not param.required and param.default not in (None, False, "", ()) and not callable(param.default):
        notes.append(f"{say('default')}: {param.default}")
    said = say(param.help or "")
    return f"{said} [{'; '.join(notes)}]" if notes else said


def commands_in(language: Language) -> tuple[type[typer.core.TyperCommand], type[typer.core.TyperGroup]]:
    """The kinds of commands and groups whose help is told in a language."""

    class SpokenCommand(typer.core.TyperCommand):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write("\n".join(help_lines(self, context=ctx, language=language)) + "\n")

    class SpokenGroup(typer.core.TyperGroup):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write("\n".join(help_lines(self, context=ctx, language=language)) + "\n")

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            """``--lang`` alone, or beside ``--help``, says in which language the list of commands is told."""
            if not args:
                typer.echo(ctx.get_help())
                ctx.fail("")
            left = [word for at, word in enumerate(args) if not _is_language(args, at=at)]
            return super().parse_args(ctx, ["--help"] if set(left) <= {"--help"} else args)

    return SpokenCommand, SpokenGroup


def _is_language(words: Sequence[str], *, at: int) -> bool:
    return words[at] == _LANG or words[at].startswith(f"{_LANG}=") or (at > 0 and words[at - 1] == _LANG)
