"""Names a call for the service that is called: its `traceparent` (platform/traces)."""

from openchair.platform.traces import ids, span


def traceparent(of: str) -> str:
    """The header's value for one try: the span that is under way, else a new one of trace `of`."""
    return span.header() or ids.traceparent(of)
