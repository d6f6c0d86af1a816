"""All capabilities of the bot. A new one is a folder with a ``capability.py``, and a line here.

They are in the order in which they react to a domain event.
"""

from flows.access.capability import CAPABILITY as ACCESS
from flows.delivery.capability import CAPABILITY as DELIVERY
from flows.engine.capability import Registry
from flows.engine.forms.capability import CAPABILITY as FORMS
from flows.home.capability import CAPABILITY as HOME
from flows.matching.capability import CAPABILITY as MATCHING
from flows.offers.capability import CAPABILITY as OFFERS
from flows.people.capability import CAPABILITY as PEOPLE
from flows.practice_builders.capability import CAPABILITY as PRACTICE_BUILDERS
from flows.reminders.capability import CAPABILITY as REMINDERS
from flows.reports.capability import CAPABILITY as REPORTS
from flows.requests.capability import CAPABILITY as REQUESTS
from flows.rescheduling.capability import CAPABILITY as RESCHEDULING
from flows.series.capability import CAPABILITY as SERIES
from flows.sessions.capability import CAPABILITY as SESSIONS

CAPABILITIES = Registry(
    (
        HOME,
        FORMS,
        DELIVERY,
        ACCESS,
        PEOPLE,
        REQUESTS,
        MATCHING,
        OFFERS,
        PRACTICE_BUILDERS,
        SESSIONS,
        RESCHEDULING,
        SERIES,
        REMINDERS,
        REPORTS,
    )
)
