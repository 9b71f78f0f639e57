"""The kinds of expected failure. The domain raises them; each door maps the kind to a status,
a page or an exit code. Anything else that is raised is a defect of ours.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """An expected failure with a sentence a person can act on.

    `code` is stable and machine readable; `details` is plain JSON data for the caller
    (for example `alternatives` of a conflict); `field` names the input it is about.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    code: str = "problem"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.details = details or {}


class Invalid(Problem):
    """The input cannot be right; `field` says which."""

    status = 422
    title = "Please check what was sent"
    code = "invalid"


class Unauthorized(Problem):
    """Nobody is logged in, or the token is not valid."""

    status = 401
    title = "Please log in"
    code = "unauthorized"


class Forbidden(Problem):
    """Known, but not allowed."""

    status = 403
    title = "Not allowed"
    code = "forbidden"


class NotFound(Problem):
    """No such thing, or not for this caller to see."""

    status = 404
    title = "Not found"
    code = "not_found"


class Conflict(Problem):
    """The state of the world does not allow it (any more)."""

    status = 409
    title = "No longer possible"
    code = "conflict"


class TooLarge(Problem):
    """The body is larger than this door accepts."""

    status = 413
    title = "Too large"
    code = "too_large"


class TooMany(Problem):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    title = "Too many requests"
    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after


class Unavailable(Problem):
    """Something we depend on is down; trying again later helps. `retry_after` is in seconds."""

    status = 503
    title = "Temporarily unavailable"
    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 5, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after
