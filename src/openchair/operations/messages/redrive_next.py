"""What to do next about a redrive, in sentences with the commands. Pure; called by API and command
line. The console says it in the team's language.
"""

from openchair.notifications.dead_letters.queries import Redrive

BY_A_PERSON = "stopped by a person"


def what_next(redrive: Redrive) -> tuple[str, ...]:
    """What happens by itself, or what whoever runs this should do, the first first."""
    again = f"openchair dlq redrive --all{_meant(redrive)}"
    match redrive.state:
        case "canary":
            return (
                "One is on its way; the others follow once it has arrived.",
                f"To end it: openchair dlq redrive --stop {redrive.id}",
            )
        case "running":
            return (
                f"The others follow, {redrive.rate_per_minute} a minute, unless they fail again.",
                f"To end it: openchair dlq redrive --stop {redrive.id}",
            )
        case "stopped" if redrive.stopped_reason == BY_A_PERSON:
            return ("What was not sent waits as before.", f"To go on: {again}")
        case "stopped":
            return (
                "What was not sent waits as before, and nothing more goes out by itself.",
                "See what the provider says, and mend that: openchair dlq list",
                f"Then send them again, one first: {again}",
            )
    if redrive.failed:
        return ("Some failed again and wait: openchair dlq list",)
    return ("Nothing: it is done.",)


def _meant(redrive: Redrive) -> str:
    """The same letters again, as options of the command."""
    types = "".join(f" --type {each}" for each in redrive.failure_types)
    channel = f" --channel {redrive.channel}" if redrive.channel else ""
    salon = " --salon SALON" if redrive.salon_id else ""
    return f"{salon}{types}{channel}"
