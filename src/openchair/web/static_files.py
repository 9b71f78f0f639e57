"""The front end's build as the server sees it: names of hashed files, and sending them.
Files carry their content's hash in their name, so browsers may keep them for ever."""

from dataclasses import dataclass
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

import orjson
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from openchair.platform.metrics.requests import TEMPLATE

DIST = Path(__file__).parent / "static" / "dist"
FOR_EVER = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class Build:
    """What `npm run build` made: `site.css` → its hashed name, fonts by family and script."""

    files: dict[str, str]
    fonts: dict[str, dict[str, str]]
    sprite: Markup
    console_sprite: Markup
    ops_sprite: Markup
    sheet: str
    """The public style sheet itself: it stands in the page, which saves a first visit a trip."""

    def url(self, name: str) -> str:
        """The address of a bundle by its plain name."""
        return f"/static/{self.files[name]}"

    def font_urls(self, *, families: tuple[str, ...], scripts: tuple[str, ...]) -> list[str]:
        """The font files that a page in these scripts shows first."""
        return [
            f"/static/{self.fonts[family][script]}"
            for family in families
            for script in ("latin", *scripts)
            if family in self.fonts
        ]


def build() -> Build:
    """What was built last: a process that runs while the front end is built anew serves the new
    one from then on. Raises FileNotFoundError with what to do when nothing was built.
    """
    manifest = DIST / "manifest.json"
    try:
        return _read(manifest.stat().st_mtime_ns)
    except FileNotFoundError as error:
        told = f"{error.filename} is missing: run `npm run build` in frontend/ first"
        raise FileNotFoundError(told) from error


@lru_cache(maxsize=1)
def _read(_written: int) -> Build:
    made = orjson.loads((DIST / "manifest.json").read_bytes())
    sprite = (DIST / "sprite.svg").read_text(encoding="utf-8")
    console_sprite = (DIST / "sprite-console.svg").read_text(encoding="utf-8")
    ops_sprite = (DIST / "sprite-ops.svg").read_text(encoding="utf-8")
    return Build(
        files=made["files"],
        fonts=made["fonts"],
        sprite=Markup(sprite),  # noqa: S704  our own build's file
        console_sprite=Markup(console_sprite),  # noqa: S704  our own build's file
        ops_sprite=Markup(ops_sprite),  # noqa: S704  our own build's file
        sheet=(DIST / made["files"]["site.css"]).read_text(encoding="utf-8"),
    )


async def send_static(request: Request) -> Response:
    """Send one built file, already compressed where the browser takes it."""
    request.scope[TEMPLATE] = "/static/{name}"
    name = request.path_params["name"]
    path = DIST / name
    if "/" in name or name.startswith(".") or not path.is_file():
        raise HTTPException(status_code=404)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    media_type = guess_type(name)[0] or "application/octet-stream"
    for encoding, suffix in ENCODINGS:
        compressed = DIST / f"{name}{suffix}"
        if encoding in accepted and compressed.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(compressed, headers=headers, media_type=media_type)
    return FileResponse(path, headers=headers, media_type=media_type)
