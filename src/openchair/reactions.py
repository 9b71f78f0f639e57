"""Which event wakes which jobs. The whole page: nothing reacts to anything anywhere else.

An event that nobody reacts to stands here too, with nobody. Start-up fails when one is missing.
"""

from collections.abc import Mapping, Sequence

from openchair.booking.appointments import jobs as _appointment_jobs
from openchair.booking.appointments.events import (
    BookingCancelled,
    BookingChanged,
    BookingConfirmed,
    BookingRescheduled,
    BookingRestored,
    ClientArrived,
    ClientDidNotShow,
    ClientInChair,
    MarkUndone,
    VisitDone,
    VisitPaid,
)
from openchair.booking.appointments.messages import register_mails
from openchair.booking.appointments.samples import register_samples
from openchair.booking.catalogue import jobs as _catalogue_jobs
from openchair.booking.feeds import jobs as _feed_jobs
from openchair.booking.occupancy.events import TimeFreed
from openchair.booking.team.events import WorkingTimeChanged
from openchair.booking.waitlist import jobs as _waitlist_jobs
from openchair.booking.waitlist.doubled import somebody_was_asked
from openchair.booking.waitlist.events import (
    OfferAnswered,
    TimeOffered,
    WaitlistJoined,
    WaitlistLeft,
)
from openchair.booking.waitlist.messages import register_waitlist_mails
from openchair.booking.waitlist.wanted import somebody_waits
from openchair.customers.consents.queries import allows
from openchair.customers.imports import jobs as _import_jobs
from openchair.customers.notices.render import register_notices
from openchair.identity.accounts.events import StylistUnlinked
from openchair.identity.invitations.render import register_invitations
from openchair.media import jobs as _media_jobs
from openchair.notifications import consent
from openchair.notifications import jobs as _notification_jobs
from openchair.notifications.bounces import register_bounces
from openchair.notifications.budgets.events import BudgetReached
from openchair.notifications.dead_letters import jobs as _dead_letter_jobs
from openchair.notifications.events import (
    AmbiguousSend,
    DoubtSettled,
    InvariantBroken,
    LeaseExpired,
    PoisonJob,
    WorkerStale,
)
from openchair.notifications.providers.sms.handle import register_sms
from openchair.notifications.suppressions.events import BounceRecorded
from openchair.notifications.trial import register_trial
from openchair.operations.alerts import jobs as _alert_jobs
from openchair.operations.alerts import signals
from openchair.operations.metrics import jobs as _metric_jobs
from openchair.operations.status_page import jobs as _status_page_jobs
from openchair.operations.status_page.messages import register_status_mails
from openchair.platform.breakers.events import BreakerClosed, BreakerOpened
from openchair.platform.db.tables import know_all_tables
from openchair.platform.events.event import Event, react
from openchair.platform.outbound import jobs as _outbound_jobs
from openchair.platform.rate_limits import jobs as _rate_limit_jobs
from openchair.platform.workers import beat as _worker_beat
from openchair.platform.workers.events import HeartbeatMissing
from openchair.webhooks import jobs as _webhook_jobs
from openchair.webhooks.events import SignatureFailures, WebhookEndpointDisabled
from openchair.webhooks.outgoing import jobs as _outgoing_jobs
from openchair.webhooks.outgoing.publish import somebody_listens

DECLARING = (
    _appointment_jobs,
    _waitlist_jobs,
    _notification_jobs,
    _dead_letter_jobs,
    _outbound_jobs,
    _rate_limit_jobs,
    _media_jobs,
    _catalogue_jobs,
    _feed_jobs,
    _import_jobs,
    _webhook_jobs,
    _outgoing_jobs,
    _worker_beat,
    _metric_jobs,
    _alert_jobs,
    _status_page_jobs,
)
"""The modules whose import declares jobs and loops."""

REACTIONS: Mapping[type[Event], Sequence[str]] = {
    BookingConfirmed: (_appointment_jobs.ANNOUNCE_JOB, _waitlist_jobs.DOUBLED_JOB),
    BookingRescheduled: (_appointment_jobs.ANNOUNCE_JOB, _waitlist_jobs.DOUBLED_JOB),
    BookingChanged: (_appointment_jobs.ANNOUNCE_JOB, _waitlist_jobs.DOUBLED_JOB),
    BookingCancelled: (_appointment_jobs.ANNOUNCE_JOB,),
    BookingRestored: (_appointment_jobs.ANNOUNCE_JOB, _waitlist_jobs.DOUBLED_JOB),
    ClientArrived: (_appointment_jobs.ANNOUNCE_JOB,),
    ClientInChair: (_appointment_jobs.ANNOUNCE_JOB,),
    VisitDone: (_appointment_jobs.ANNOUNCE_JOB,),
    VisitPaid: (_appointment_jobs.ANNOUNCE_JOB,),
    ClientDidNotShow: (_appointment_jobs.ANNOUNCE_JOB,),
    MarkUndone: (_appointment_jobs.ANNOUNCE_JOB,),
    WorkingTimeChanged: (),
    TimeFreed: (_waitlist_jobs.FREED_JOB,),
    StylistUnlinked: (_feed_jobs.END_JOB,),
    WaitlistJoined: (),
    WaitlistLeft: (),
    TimeOffered: (),
    OfferAnswered: (),
    BudgetReached: (),
    BounceRecorded: (),
    LeaseExpired: (),
    AmbiguousSend: (),
    DoubtSettled: (),
    WorkerStale: (),
    PoisonJob: (),
    InvariantBroken: (),
    BreakerOpened: (),
    BreakerClosed: (),
    HeartbeatMissing: (),
    SignatureFailures: (),
    WebhookEndpointDisabled: (),
}

ALERTS: Mapping[type[Event], str] = {
    LeaseExpired: "LeaseExpired",
    AmbiguousSend: "AmbiguousSend",
    WorkerStale: "WorkerStale",
    PoisonJob: "PoisonJob",
    InvariantBroken: "InvariantBroken",
    HeartbeatMissing: "WorkerDied",
    BreakerOpened: "BreakerOpen",
    BudgetReached: "Budget{level}",
    BounceRecorded: "BounceRate",
    SignatureFailures: "SignatureFailures",
    WebhookEndpointDisabled: "WebhookEndpointDisabled",
}
"""Which event raises which built-in alert; a name may hold a member of the event's payload."""

ENDS_ALERTS: Mapping[type[Event], str] = {BreakerClosed: "BreakerOpen"}
"""Which event says that an alert is over. All others are when it was quiet for long enough."""


def start() -> None:
    """Make the reactions known to `emit`, to the post office who writes which message and who wants
    it, and to the webhooks' inbox who handles which. Every process calls it once, before its first
    door; nothing is registered anywhere else.
    """
    know_all_tables()
    register_mails()
    register_samples()
    register_waitlist_mails()
    register_notices()
    register_invitations()
    register_trial()
    register_sms()
    register_bounces()
    register_status_mails()
    consent.register(allows)
    signals.register(raised=ALERTS, ended=ENDS_ALERTS)
    react(
        REACTIONS,
        only_if={
            _appointment_jobs.ANNOUNCE_JOB: somebody_listens,
            _waitlist_jobs.FREED_JOB: somebody_waits,
            _waitlist_jobs.DOUBLED_JOB: somebody_was_asked,
        },
    )
