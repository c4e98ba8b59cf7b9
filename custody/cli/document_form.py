"""A document in the form that a file's name asks for: .html, .pdf or .txt; what JSON is, each command says itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from custody.embedded.named_files import check_writable
from schemas.errors import Misused

if TYPE_CHECKING:
    from custody.report.document import Document

JSON_FILE: Final = ".json"
_FORMS: Final = (".html", ".pdf", ".txt")


def check_document(path: Path) -> None:
    """Misused("document-form", "file-unwritable") before anything is done for a document that could not be put there."""
    if path.suffix not in {*_FORMS, JSON_FILE}:
        raise Misused("document-form", f"{path} names no form of a document: it ends in .html, .pdf, .txt or .json.")
    check_writable(path)


def in_form(document: Document, *, path: Path) -> bytes:
    """The bytes of a document; Misused("document-form") for a form that no document has."""
    from custody.report.document_files import as_html, as_pdf, as_text  # noqa: PLC0415 - imported where a document is made

    if path.suffix == ".html":
        return as_html(document)
    if path.suffix == ".pdf":
        return as_pdf(document)
    if path.suffix == ".txt":
        return as_text(document).encode()
    raise Misused("document-form", f"{path} names no form of this document: it ends in .html, .pdf or .txt.")
