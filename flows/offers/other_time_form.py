"""A facilitator who would come at another time."""

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import instant, moment_ahead
from flows.engine.forms.definition import Answers, Field, Form, Kind, Page
from flows.engine.views.action import Action
from flows.engine.views.refusals import OfferOver
from flows.engine.views.view import View
from flows.offers import offers, other_time
from flows.people import permissions
from flows.sessions import facts
from storage.models import Offer, OfferState


def _open(turn: Turn, offer_id: int) -> None:
    permissions.offer_of(turn, offer_id)
    if _over(turn, offer_id):
        raise OfferOver(shows=Action("offer.show", offer_id))


def _over(turn: Turn, offer_id: int) -> bool:
    offer = turn.uow.find(Offer, offer_id)
    return offer is None or offer.state is not OfferState.OPEN or offer.expires_at <= turn.now


def _about(turn: Turn, offer_id: int) -> str:
    """Which dialogue, at which moments as yet, and how long: what the person compares with their diary."""
    offer, t = turn.uow.get(Offer, offer_id), turn.t
    session, request = offers.subject(turn.context, offer)
    asked = t.listing(offers.span(t, start, session) for start in offers.moments(offer))
    return t("other_time.about", topic=facts.topics(turn.context, t, request), asked=asked, n=session.minutes)


def _propose(turn: Turn, offer_id: int, answers: Answers) -> View:
    start = instant(answers["moment"], turn.context.rules.zone)
    return other_time.propose(turn, permissions.offer_of(turn, offer_id), start)


OTHER_TIME = ConversationForm(
    name="other_time",
    form=lambda _turn, _offer_id: Form(
        "other_time", 1, (Page("moment", (Field("moment", Kind.MOMENT, check=moment_ahead),)),)
    ),
    options=lambda _turn, _offer_id: Choices({}),
    guard=_open,
    finish=_propose,
    over=_over,
    about=_about,
)
