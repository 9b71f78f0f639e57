"""How passwords are kept and checked."""

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class AccountSettings(RoomSettings):
    """Argon2id (RFC 9106); the floors are OWASP's minimum, the defaults RFC 9106's second choice.

    A changed figure takes effect for each account at its next log-in.
    """

    argon2_memory_kib: int = Field(
        default=65_536, ge=19_456, le=1_048_576, description="memory of one password hash, in KiB"
    )
    argon2_passes: int = Field(default=3, ge=2, le=20, description="passes over that memory")
    argon2_lanes: int = Field(default=4, ge=1, le=16, description="lanes of that memory")
    password_checks_at_once: int = Field(
        default=2,
        ge=1,
        le=64,
        description="passwords one process checks at the same time; the others wait their turn",
    )
    password_min_length: int = Field(
        default=12, ge=8, le=128, description="characters a new password has at least"
    )
