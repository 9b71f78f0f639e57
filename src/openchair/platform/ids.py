"""Identifiers: version 7 UUIDs, so that rows made together lie together in an index."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A fresh version 7 UUID (RFC 9562), ordered by the millisecond it was made in."""
    return uuid_utils.compat.uuid7()
