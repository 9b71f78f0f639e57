"""Where the files of a picture lie in the storage. Pure."""

from uuid import UUID

FOLDER = "pictures"


def key_of(salon_id: UUID, picture_id: UUID) -> str:
    """What the keys of all its files begin with."""
    return f"{FOLDER}/{salon_id}/{picture_id}"


def file_of(key: str, width: int) -> str:
    """The file of one width."""
    return f"{key}/{width}.webp"


def picture_in(file: str) -> tuple[UUID, UUID] | None:
    """Salon and picture of a file's key; None for what is no file of ours."""
    parts = file.split("/")
    if len(parts) != 4 or parts[0] != FOLDER:
        return None
    try:
        return UUID(parts[1]), UUID(parts[2])
    except ValueError:
        return None
