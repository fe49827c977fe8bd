"""Static files: read once, named by a fingerprint of them all, served compressed and immutable."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from services.web.problems import NotThere


OWN = Path(__file__).parent / "static"
MODULES = {
    "nhsuk.css": "nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "source-sans-3-latin.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
    ),
    "source-sans-3-latin-ext.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2"
    ),
}
ICONS = "nhsuk-frontend/dist/nhsuk/assets/images"
SCRIPTS = ("acts.js", "keys.js", "live.js", "idle.js", "copy.js")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """A static file as it leaves: plain, and compressed where that helps."""

    media_type: str
    body: bytes
    zipped: bytes | None


class Assets:
    """All static files of the front ends, in memory; `url(name)` is good for ever."""

    def __init__(self, modules: Path) -> None:
        self.files = _own_files() | _library_files(modules)
        self.icons = _icons(modules / ICONS)
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(name.encode() + self.files[name].body)
        self.fingerprint = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where a page finds a file; a name that is not there is a mistake of ours."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.fingerprint}/{name}"


def _file(name: str, body: bytes) -> File:
    suffix = Path(name).suffix
    zipped = None if suffix == ".woff2" else gzip.compress(body, 9, mtime=0)
    return File(TYPES[suffix], body, zipped)


def _own_files() -> dict[str, File]:
    script = b"\n".join((OWN / name).read_bytes() for name in SCRIPTS)
    files = {"tidemark.js": _file("tidemark.js", script)}
    for name in ("tidemark.css", "mark.svg", "respond.js"):
        files[name] = _file(name, (OWN / name).read_bytes())
    return files


def _library_files(modules: Path) -> dict[str, File]:
    found = {name: (modules / path).read_bytes() for name, path in MODULES.items()}
    # The library's font may be used by nobody but the NHS, and lies on a host of its own.
    found["nhsuk.css"] = re.sub(rb"@font-face\s*{[^}]*}", b"", found["nhsuk.css"])
    return {name: _file(name, body) for name, body in found.items()}


def _icons(folder: Path) -> dict[str, File]:
    return {path.name: _file(path.name, path.read_bytes()) for path in folder.glob("*.svg")}


router = APIRouter(include_in_schema=False)


@router.get("/static/{fingerprint}/{name}")
async def static_file(fingerprint: str, name: str, request: Request) -> Response:
    """A file under its fingerprint; the newest one whatever the fingerprint, but then not kept."""
    assets: Assets = request.app.state.assets
    if name not in assets.files:
        raise NotThere
    current = fingerprint == assets.fingerprint
    return _answer(assets.files[name], request, FOR_EVER if current else "no-store")


@router.get("/assets/images/{name}")
async def library_icon(name: str, request: Request) -> Response:
    """The icons that the library's stylesheet names by this address."""
    assets: Assets = request.app.state.assets
    if name not in assets.icons:
        raise NotThere
    return _answer(assets.icons[name], request, "public, max-age=86400")


def _answer(file: File, request: Request, keep: str) -> Response:
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
    if file.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.zipped, media_type=file.media_type, headers=headers)
    return Response(file.body, media_type=file.media_type, headers=headers)
