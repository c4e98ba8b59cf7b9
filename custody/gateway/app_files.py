"""The courier's phone as the gateway serves it: the files that ``make app`` built, under a policy of their own.

Files are read once, when the gateway starts. Names that carry the hash of what is in them are kept by browsers for good; the
page, the service worker and the manifest are asked for again. Without a build the page says how to make one. Nothing else is
ever served: names are looked up among those read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types custody",
    )
)
PERMISSIONS: Final = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_HASHED: Final = re.compile(r".+-[0-9A-Z]{8}\.(?:js|css)")
_PAGE: Final = "index.html"
_UNBUILT: Final = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Custody</title><body><main><h1>The app was not built</h1>'
    b"<p>Run <code>make app</code> in the sources of this gateway, and start it again. "
    b"Everything else works without it.</p></main></body></html>"
)


@dataclass(frozen=True, slots=True)
class AppFile:
    """One file: its bytes, its type, and whether its name says what is in it."""

    data: bytes
    media_type: str
    is_hashed: bool

    @property
    def tag(self) -> str:
        """The entity tag."""
        return f'"{sha256(self.data).hexdigest()[:32]}"'


def built_app(folder: Traversable | None = None) -> Mapping[str, AppFile]:
    """The files of the app by name; none where it was not built."""
    place = files("custody").joinpath("data/app") if folder is None else folder
    if not place.joinpath(_PAGE).is_file():
        return {}
    found = {one.name: one for one in place.iterdir() if one.name.rpartition(".")[2] in _TYPES}
    return {name: _file(name, data=one.read_bytes()) for name, one in sorted(found.items())}


def app_routes(app: Mapping[str, AppFile]) -> list[Route]:
    """``/app/`` and its files; ``/app`` leads there."""

    async def serve(request: Request) -> Response:
        name = request.path_params.get("name") or _PAGE
        if not app and name == _PAGE:
            return _answer(AppFile(_UNBUILT, _TYPES["html"], is_hashed=False), request=request, status=503)
        if name not in app:
            return Response(b"There is nothing at this path.\n", status_code=404, media_type="text/plain")
        return _answer(app[name], request=request)

    async def lead(_: Request) -> Response:
        return RedirectResponse("/app/", status_code=308)

    return [
        Route("/app", lead, methods=["GET"]),
        Route("/app/", serve, methods=["GET"]),
        Route("/app/{name}", serve, methods=["GET"]),
    ]


def _file(name: str, *, data: bytes) -> AppFile:
    return AppFile(data, _TYPES[name.rpartition(".")[2]], is_hashed=_HASHED.fullmatch(name) is not None)


def _answer(file: AppFile, *, request: Request, status: int = 200) -> Response:
    headers = {
        "Content-Security-Policy": POLICY,
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=31536000, immutable" if file.is_hashed else "no-cache",
        "ETag": file.tag,
    }
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.data, status_code=status, media_type=file.media_type, headers=headers)
