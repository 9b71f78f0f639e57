"""Built-in alerts about the alerting itself, and about whoever has to be heard from."""

from collections.abc import Sequence

from openchair.operations.alerts.rule import Rule

STORM, UNDELIVERED, SILENT = "AlertStorm", "AlertUndelivered", "WatchSilent"
HEARTBEAT = "HeartbeatMissing"


def rules() -> Sequence[Rule]:
    """The rules; none has a threshold."""
    return (
        Rule(
            name=HEARTBEAT,
            severity="high",
            component="heartbeat",
            meaning="Something that has to be heard from regularly fell silent.",
            advice="See what it was and whether it runs again: openchair alerts heartbeats list",
        ),
        Rule(
            name=UNDELIVERED,
            severity="high",
            component="alerting",
            meaning="A channel did not take a notice; the next one was used instead.",
            advice="Test every channel: openchair communication test",
        ),
        Rule(
            name=STORM,
            severity="high",
            component="alerting",
            meaning="So much breaks at once that it is told as one. Look for the common cause.",
            advice="See all that is held back: openchair alerts list --held",
        ),
        Rule(
            name=SILENT,
            severity="critical",
            component="alerting",
            meaning="The watcher fell silent: nobody looks whether things work.",
            advice="Start it again: openchair up (or see openchair logs --name watch)",
        ),
    )
