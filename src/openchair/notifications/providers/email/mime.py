"""MIME by hand (RFC 2045-2047, 2231): parts, multiparts and header lines as bytes. Pure.

The standard library's composer took 1.6 ms a mail, nearly half of what a worker spends on one;
this takes a tenth of it (benchmarks/delivery.py). What it writes is read back by that library in
the tests. Values must be free of line ends; `compose.py` sees to that.
"""

import base64
import binascii
from dataclasses import dataclass
from email.header import Header
from secrets import token_hex
from urllib.parse import quote

EOL = b"\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail: its header lines and its encoded body."""

    headers: tuple[bytes, ...]
    body: bytes

    def to_bytes(self) -> bytes:
        """Headers, an empty line, the body."""
        return EOL.join((*self.headers, b"", self.body))


def text_part(content: str, *, kind: str) -> Part:
    """Text for people, quoted-printable: readable in the source, lines never too long."""
    lines = "\r\n".join(content.splitlines())
    body = binascii.b2a_qp(lines.encode(), istext=True)
    headers = (
        header("Content-Type", f'text/{kind}; charset="utf-8"'),
        header("Content-Transfer-Encoding", "quoted-printable"),
    )
    return Part(headers, body)


def file_part(content: bytes, *, content_type: str, filename: str | None) -> Part:
    """Bytes in base64: an attachment when it has a name, else an alternative."""
    headers = [
        header("Content-Type", content_type),
        header("Content-Transfer-Encoding", "base64"),
    ]
    if filename is not None:
        headers.append(header("Content-Disposition", f"attachment; {_named(filename)}"))
    return Part(tuple(headers), base64.encodebytes(content).replace(b"\n", EOL).rstrip())


def multipart(kind: str, parts: list[Part]) -> Part:
    """`alternative` or `mixed`; one part alone stays as it is."""
    if len(parts) == 1:
        return parts[0]
    # "=_" can stand neither in quoted-printable nor in base64, so no part contains the boundary.
    boundary = f"=_{token_hex(12)}"
    mark = f"--{boundary}".encode()
    pieces = [piece for part in parts for piece in (mark, part.to_bytes())]
    body = EOL.join([*pieces, mark + b"--", b""])
    return Part((header("Content-Type", f'multipart/{kind}; boundary="{boundary}"'),), body)


def header(name: str, value: str, *, raw_utf8: bool = False) -> bytes:
    """One header line. What is not ASCII is encoded (RFC 2047), unless the server takes UTF-8."""
    if value.isascii() or raw_utf8:
        return f"{name}: {value}".encode()
    encoded = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}".encode("ascii")


def mailbox(address: str, *, name: str = "", raw_utf8: bool = False) -> str:
    """`Name <address>` as the value of an address header."""
    if not name:
        return address
    if name.isascii() or raw_utf8:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return (
        f"{Header(name, 'utf-8', header_name='From').encode(linesep=chr(13) + chr(10))} <{address}>"
    )


def _named(filename: str) -> str:
    if filename.isascii():
        return 'filename="{}"'.format(filename.replace("\\", "_").replace('"', "_"))
    return f"filename*=utf-8''{quote(filename)}"
