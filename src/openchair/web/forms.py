"""Reads forms as people fill them in: one text a field, addresses only of ours, and files where a
page takes some.
"""

from dataclasses import dataclass
from urllib.parse import unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request

MOST_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, by field; what is missing is empty."""

    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def trimmed(self, name: str) -> str:
        """Without the blanks around it."""
        return self[name].strip()


async def read_form(request: Request) -> Typed:
    """The form's fields. A field that came twice counts once, a file not at all."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    pairs = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return Typed({name: value.replace("\x00", "") for name, value in pairs.items()})


async def read_file(request: Request, name: str) -> bytes:
    """The file that was chosen in this field; empty when none was. The form has been read by the
    door already, which says that it takes files: `May("…", files=1)`.
    """
    form = await request.form(max_files=1, max_fields=MOST_FIELDS)
    chosen = form.get(name)
    if not isinstance(chosen, UploadFile):
        return b""
    try:
        return await chosen.read()
    finally:
        await chosen.close()


def own_address(offered: str, *, root: str, otherwise: str) -> str:
    """`offered` if it is a page under `root`, so that no link sends anybody elsewhere."""
    plain = unquote(offered)
    inside = plain == root or plain.startswith((f"{root}/", f"{root}?"))
    strange = "\\" in plain or "//" in plain.partition("?")[0] or not plain.isprintable()
    dotted = any(part in {".", ".."} for part in plain.partition("?")[0].split("/"))
    return offered if inside and not strange and not dotted else otherwise
