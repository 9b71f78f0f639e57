"""The storage for files: put, get, list and delete under a key such as `exports/2026-11.csv`.

A folder or a bucket, as the settings say; every call has a time-out. Rooms that keep files call
it; who may see a file is theirs to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from openchair.platform.errors import NotFound, Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.storage.settings import StorageSettings

CONNECT_SECONDS = 3.0
MOST_BYTES = 100_000_000
MOST_LISTED = 1000
FOLDER = "storage"

Store = LocalStore | S3Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One file as a list shows it; `size` in bytes."""

    key: str
    size: int
    changed_at: datetime


async def put(key: str, content: bytes) -> None:
    """Keep `content` under `key`; what was there is replaced. Raises `Unavailable`."""
    try:
        await store().put_async(key, content)
    except (BaseError, OSError) as error:
        raise _away(error) from error


async def get(key: str, *, most_bytes: int = MOST_BYTES) -> bytes:
    """What is kept under `key`. Raises `NotFound`, `Unavailable`, and `ValueError` for a file
    larger than `most_bytes`.
    """
    try:
        found = await store().get_async(key)
        if found.meta["size"] > most_bytes:
            raise ValueError(f"{key} has {found.meta['size']} bytes, more than {most_bytes}")
        return bytes(await found.bytes_async())
    except FileNotFoundError as error:
        raise NotFound("There is no such file.", code="file_not_found") from error
    except (BaseError, OSError) as error:
        raise _away(error) from error


async def list_keys(prefix: str = "", *, limit: int = MOST_LISTED) -> list[Stored]:
    """Files whose key begins with the folder `prefix`, `limit` at most. Raises `Unavailable`."""
    found: list[Stored] = []
    try:
        async for page in store().list(prefix or None, chunk_size=min(limit, MOST_LISTED)):
            found += [
                Stored(key=each["path"], size=each["size"], changed_at=each["last_modified"])
                for each in page
            ]
            if len(found) >= limit:
                break
    except (BaseError, OSError) as error:
        raise _away(error) from error
    return found[:limit]


async def delete(key: str) -> None:
    """Forget `key`; one that is not there is forgotten already. Raises `Unavailable`."""
    try:
        await store().delete_async(key)
    except FileNotFoundError:
        return
    except (BaseError, OSError) as error:
        raise _away(error) from error


def store(*, seconds: float | None = None, retries: int = 2) -> Store:
    """The storage of the settings; `seconds` and `retries` for who is less patient."""
    settings = load(StorageSettings)
    patience = seconds or settings.storage_timeout_seconds
    return _open(settings, folder_of(settings), patience, retries)


def store_at(url: str, *, seconds: float, retries: int = 0) -> Store:
    """Another folder or bucket, named as `OPENCHAIR_STORAGE_URL` names one, with the same keys."""
    settings = load(StorageSettings).model_copy(update={"storage_url": url})
    return _open(settings, folder_of(settings), seconds, retries)


@cache
def _open(settings: StorageSettings, folder: Path | None, patience: float, retries: int) -> Store:
    if folder is not None:
        return LocalStore(folder, mkdir=True)
    address = urlsplit(settings.storage_url)
    key, secret = settings.aws_access_key_id, settings.aws_secret_access_key.get_secret_value()
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        endpoint=settings.aws_endpoint_url or None,
        region=settings.aws_region,
        access_key_id=key or None,
        secret_access_key=secret or None,
        virtual_hosted_style_request=not settings.aws_endpoint_url,
        client_options={
            "connect_timeout": timedelta(seconds=min(patience, CONNECT_SECONDS)),
            "timeout": timedelta(seconds=patience),
            "allow_http": settings.aws_endpoint_url.startswith("http://"),
        },
        retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=2 * patience)},
    )


def folder_of(settings: StorageSettings) -> Path | None:
    """The folder, or None when it is a bucket."""
    if not settings.storage_url:
        return load(InstallationSettings).home / FOLDER
    address = urlsplit(settings.storage_url)
    return Path(unquote(address.path)) if address.scheme == "file" else None


def _away(error: Exception) -> Unavailable:
    return Unavailable(
        f"The storage for files cannot be used at the moment ({type(error).__name__})."
    )
