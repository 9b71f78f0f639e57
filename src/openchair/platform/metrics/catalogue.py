"""Every metric of the house, by name and unit; docs/metrics.md explains each.

The bounds of a histogram never change: what counts otherwise gets another name, for stored
buckets know only their places.
"""

from openchair.platform.metrics.series import Kind, Metric, Told

FAST_TO_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
WORK = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SHIFT = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1)

HTTP_REQUESTS = Metric(
    "openchair_http_requests_total",
    Kind.COUNTER,
    "Requests answered.",
    unit="requests",
    labels=("method", "route", "status"),
)
HTTP_DURATION = Metric(
    "openchair_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "From the first byte of a request to the last of its answer.",
    unit="seconds",
    labels=("route",),
    bounds=FAST_TO_SLOW,
)
HTTP_IN_FLIGHT = Metric(
    "openchair_http_requests_in_flight",
    Kind.GAUGE,
    "Requests that are being answered.",
    unit="requests",
    told=Told.BY_PROCESS,
)
ERRORS = Metric(
    "openchair_errors_total",
    Kind.COUNTER,
    "What nobody expected: defects behind a request, a job, a schedule or a loop.",
    unit="errors",
    labels=("where", "kind"),
    most=100,
)
OUTBOUND_CALLS = Metric(
    "openchair_outbound_calls_total",
    Kind.COUNTER,
    "Tries of calls to services of others.",
    unit="calls",
    labels=("service", "outcome"),
    most=100,
)
OUTBOUND_DURATION = Metric(
    "openchair_outbound_call_duration_seconds",
    Kind.HISTOGRAM,
    "How long one try took.",
    unit="seconds",
    labels=("service",),
    bounds=FAST_TO_SLOW,
    most=100,
)
JOBS = Metric(
    "openchair_jobs_total",
    Kind.COUNTER,
    "Jobs and schedules that ended.",
    unit="jobs",
    labels=("job", "outcome"),
    most=200,
)
JOB_DURATION = Metric(
    "openchair_job_duration_seconds",
    Kind.HISTOGRAM,
    "How long a job or schedule took.",
    unit="seconds",
    labels=("job",),
    bounds=WORK,
    most=200,
)
LOOP_TURNS = Metric(
    "openchair_loop_turns_total",
    Kind.COUNTER,
    "Turns of the worker's loops.",
    unit="turns",
    labels=("loop", "outcome"),
    most=200,
)
LOOP_DURATION = Metric(
    "openchair_loop_turn_duration_seconds",
    Kind.HISTOGRAM,
    "How long a turn of a loop took.",
    unit="seconds",
    labels=("loop",),
    bounds=WORK,
    most=200,
)
MESSAGES = Metric(
    "openchair_messages_total",
    Kind.COUNTER,
    "Tries of messages by how they ended.",
    unit="messages",
    labels=("channel", "outcome"),
    most=100,
)
LOG_LINES = Metric(
    "openchair_log_lines_total",
    Kind.COUNTER,
    "Lines logged.",
    unit="lines",
    labels=("level",),
    told=Told.BY_PROCESS,
    most=20,
)
LOOP_LAG = Metric(
    "openchair_event_loop_lag_seconds",
    Kind.HISTOGRAM,
    "How much later than asked the event loop woke a sleeper.",
    unit="seconds",
    bounds=LAG,
    told=Told.BY_PROCESS,
)
POOL_IN_USE = Metric(
    "openchair_database_pool_in_use",
    Kind.GAUGE,
    "Connections of the pool that are lent out.",
    unit="connections",
    told=Told.BY_PROCESS,
)
POOL_SIZE = Metric(
    "openchair_database_pool_size",
    Kind.GAUGE,
    "Connections the pool may have.",
    unit="connections",
    told=Told.BY_PROCESS,
)
MEMORY = Metric(
    "openchair_process_resident_memory_bytes",
    Kind.GAUGE,
    "Memory of the process that is in RAM.",
    unit="bytes",
    told=Told.BY_INSTANCE,
)
CPU = Metric(
    "openchair_process_cpu_seconds_total",
    Kind.COUNTER,
    "Time the process ran on a processor, user and system.",
    unit="seconds",
    told=Told.BY_INSTANCE,
)
OPEN_FILES = Metric(
    "openchair_process_open_files",
    Kind.GAUGE,
    "File descriptors the process has open.",
    unit="files",
    told=Told.BY_INSTANCE,
)
VITAL_DURATION = Metric(
    "openchair_web_vital_duration_seconds",
    Kind.HISTOGRAM,
    "How long visitors' browsers waited: LCP, INP, FCP or TTFB, of those who agreed.",
    unit="seconds",
    labels=("vital", "page", "rating"),
    bounds=FAST_TO_SLOW,
    most=200,
)
VITAL_SHIFT = Metric(
    "openchair_web_vital_layout_shift",
    Kind.HISTOGRAM,
    "How much pages jumped about while visitors read (CLS), of those who agreed.",
    unit="score",
    labels=("page", "rating"),
    bounds=SHIFT,
    most=60,
)

METRICS = {
    each.name: each
    for each in (
        HTTP_REQUESTS,
        HTTP_DURATION,
        HTTP_IN_FLIGHT,
        ERRORS,
        OUTBOUND_CALLS,
        OUTBOUND_DURATION,
        JOBS,
        JOB_DURATION,
        LOOP_TURNS,
        LOOP_DURATION,
        MESSAGES,
        LOG_LINES,
        LOOP_LAG,
        POOL_IN_USE,
        POOL_SIZE,
        MEMORY,
        CPU,
        OPEN_FILES,
        VITAL_DURATION,
        VITAL_SHIFT,
    )
}
