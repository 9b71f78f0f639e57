"""Every alert that comes built in, by name. docs/alerts.md tells of each; a test compares."""

from collections.abc import Mapping
from functools import cache

from openchair.operations.alerts.builtin import alerting, database, messages, traffic
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings


def builtin_rules() -> Mapping[str, Rule]:
    """The rules with the thresholds of the settings, in the order of the documentation."""
    return rules_with(load(ThresholdSettings), load(AlertSettings))


@cache
def rules_with(limits: ThresholdSettings, own: AlertSettings) -> Mapping[str, Rule]:
    """The rules with these thresholds."""
    found = (
        *database.rules(limits, own),
        *traffic.rules(limits, own),
        *messages.rules(limits, own),
        *alerting.rules(),
    )
    return {each.name: each for each in found}
