"""Built-in alerts about PostgreSQL, its clock, the disk and the memory beneath everything."""

from collections.abc import Sequence
from datetime import timedelta

from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.settings.thresholds import ThresholdSettings

AWAY = "database"
"""No alert, but the watcher's own finding that it cannot reach the database: it may come before the
probe's.
"""

GONE = ("DatabaseDown", "DatabaseTimeout", AWAY)
"""What stands in for everything that cannot work, or be seen, without the database."""

MINUTE = timedelta(minutes=1)


def rules(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    """The rules with the thresholds of this installation."""
    return (*_reachable(), *_busy(limits, own), *_machine(limits, own))


def _reachable() -> Sequence[Rule]:
    return (
        Rule(
            name="DatabaseDown",
            severity="critical",
            component="database",
            condition="state(database) == refused",
            meaning="Nobody can book; messages wait.",
            advice="Look why it stopped and start it again; then: openchair test db connection",
        ),
        Rule(
            name="DatabaseTimeout",
            severity="critical",
            component="database",
            condition="state(database) == timeout",
            meaning="PostgreSQL does not answer in time: it is frozen or overloaded.",
            advice="Look what it is busy with, or restart it: openchair db blockers",
            inhibited_by=("DatabaseDown",),
        ),
    )


def _busy(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="PoolSaturation",
            severity="high",
            component="database",
            condition=f"pool-use >= {own.alert_pool_percent:g}% and longest-transaction > 1s"
            " or state(database) == saturated"
            f" or database-connections > {limits.connections_critical_percent:g}%"
            " and idle-in-transaction >= 1",
            meaning="Every connection is taken, of a process or of the server; requests wait and"
            " are turned away. Idlers inside a transaction are ended by themselves.",
            advice="See which sessions hold a transaction open: openchair monitoring"
            " identify-bottlenecks",
            inhibited_by=GONE,
        ),
        Rule(
            name="BlockedQueries",
            severity="high",
            component="database",
            condition=f"blocked-queries >= {own.alert_blocked_queries}"
            " and longest-transaction > 1s",
            meaning="Statements wait for a lock that somebody holds.",
            advice="Find who blocks them, and end that session: openchair db blockers",
            inhibited_by=GONE,
        ),
        Rule(
            name="DatabaseConnectionsHigh",
            severity="medium",
            component="database",
            condition=f"database-connections > {limits.connections_warning_percent:g}%",
            duration=MINUTE,
            meaning="Most connections of PostgreSQL are taken.",
            advice="See who has them: openchair health-check full",
            inhibited_by=(*GONE, "DatabaseConnectionsCritical"),
        ),
        Rule(
            name="DatabaseConnectionsCritical",
            severity="critical",
            component="database",
            condition=f"database-connections > {limits.connections_critical_percent:g}%",
            meaning="Soon nobody can connect to PostgreSQL.",
            advice="End idle sessions, then raise max_connections: openchair health-check full",
            inhibited_by=(*GONE, "PoolSaturation"),
        ),
    )


def _machine(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="ClockSkew",
            severity="high",
            component="clock",
            condition=f"clock-skew > {own.alert_clock_skew_ms}ms",
            meaning="The clocks of this machine and the database differ. Leases go by the"
            " database's time; what people read may be wrong.",
            advice="Set the clock and see that it is kept: timedatectl status",
            inhibited_by=GONE,
        ),
        Rule(
            name="StorageHigh",
            severity="medium",
            component="storage",
            condition=f"storage > {limits.storage_warning_percent:g}%",
            meaning="The disk or the storage fills up.",
            advice="See what takes the room: openchair monitoring status",
            inhibited_by=("DiskCritical",),
        ),
        Rule(
            name="DiskCritical",
            severity="critical",
            component="storage",
            condition=f"storage > {limits.storage_critical_percent:g}%",
            meaning="The disk or the storage is nearly full; soon nothing can be written.",
            advice="Make room now, old logs and backups first: openchair monitoring status",
        ),
        Rule(
            name="StorageWriteFail",
            severity="high",
            component="storage",
            condition="storage-writes < 1 or state(storage) == timeout",
            meaning="Nothing can be written to the storage: it is full, gone or hangs.",
            advice="Look at the folder or the bucket of OPENCHAIR_STORAGE_URL: openchair"
            " health-check full",
            inhibited_by=("DiskCritical",),
        ),
        Rule(
            name="MemoryHigh",
            severity="medium",
            component="memory",
            condition=f"memory > {limits.memory_warning_percent:g}%",
            duration=MINUTE,
            meaning="The machine's memory runs short.",
            advice="See which process grows: openchair monitor memory",
            inhibited_by=("MemoryCritical",),
        ),
        Rule(
            name="MemoryCritical",
            severity="critical",
            component="memory",
            condition=f"memory > {limits.memory_critical_percent:g}%",
            meaning="Memory is nearly used up; the system will end processes.",
            advice="Restart what grows, one process at a time: openchair monitor memory",
        ),
    )
