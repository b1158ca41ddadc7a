"""What people read, in Swedish and English, worded from facts alone: no clock, no network, no database.

`phrase` words one event, `compose` one message out of the events of one announcement; `letters` has the messages that
are about something else; `when` says dates and `names` what things are called.
"""

from monitor.wording.compose import compose
from monitor.wording.digest import digest
from monitor.wording.letters import channel_test, closure_reminder, correction, heartbeat, welcome
from monitor.wording.phrase import phrase
from monitor.wording.severity import severity_of, urgency_of
from monitor.wording.watching import Watch, page_message
from monitor.wording.when import at_when, say_when

__all__ = [
    "Watch",
    "at_when",
    "channel_test",
    "closure_reminder",
    "compose",
    "correction",
    "digest",
    "heartbeat",
    "page_message",
    "phrase",
    "say_when",
    "severity_of",
    "urgency_of",
    "welcome",
]
