"""Headers of files that somebody downloads: a name, never shown inside a page, never kept by a
proxy.
"""

from urllib.parse import quote


def file_headers(name: str, content_type: str) -> dict[str, str]:
    """As RFC 6266 wants them; the plain name is for old browsers."""
    plain = "".join(
        each if each.isascii() and (each.isalnum() or each in ".-_") else "-" for each in name
    )
    return {
        "Content-Type": content_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def csv_headers(name: str) -> dict[str, str]:
    """A list."""
    return file_headers(name, "text/csv; charset=utf-8")
