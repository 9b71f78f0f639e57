"""Kinds of failure that only a door on HTTP knows, beside those of `platform.errors`."""

from openchair.platform.errors import Problem


class Unreadable(Problem):
    """The body is not what its content type says it is."""

    status = 400
    title = "Not readable"
    code = "unreadable"


class MethodNotAllowed(Problem):
    """The address exists, but not for this method."""

    status = 405
    title = "Not possible here"
    code = "method_not_allowed"


class UnsupportedMediaType(Problem):
    """The body's content type is not one this door reads."""

    status = 415
    title = "Unknown kind of content"
    code = "unsupported_media_type"


class Refused(Problem):
    """Any other refusal of the framework; `status` is the framework's."""

    title = "Not possible"
    code = "refused"

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status  # type: ignore[misc]


class Defect(Problem):
    """A fault of ours. What it was stands in the log, under the correlation id."""

    status = 500
    title = "Something went wrong"
    code = "internal_error"
