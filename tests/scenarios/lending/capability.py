"""What borrowing the cards brings to the bot: everything that another part of the bot has to know of it."""

from datetime import timedelta

from flows.engine.capability import Capability, Command, Message, Pruned, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place, ToDo
from flows.engine.forms import conversation
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Field, Form, Kind, Page
from flows.engine.schedule import Rule
from tests.scenarios.lending import loans

PAGE = Page("cards", (Field("team", Kind.TEXT), Field("days", Kind.NUMBER, low=1, high=28)))
WORD = {"nl": "lenen", "en": "borrow"}

CAPABILITY = Capability(
    name="lending",
    verbs=(
        conversation.asking("loan", "loan"),
        Verb("loans", loans.mine, shows=True),
        Verb("loan.show", loans.show, shows=True),
        Verb("loan.return", loans.bring_back),
    ),
    forms=(
        ConversationForm(
            name="loan",
            form=lambda _turn, _subject: Form("loan", 1, (PAGE,)),
            options=lambda _turn, _subject: Choices({}),
            guard=lambda _turn, _subject: None,
            finish=loans.borrow,
        ),
    ),
    messages=(Message(loans.Lent, loans.lent_message), Message(loans.Over, loans.over_message)),
    rules={loans.OVER: Rule(loans.remind)},
    words={**dict.fromkeys(WORD.values(), loans.BORROW), "kaarten": loans.MINE, "cards": loans.MINE},
    commands=(Command("borrow", loans.BORROW, 70, WORD, WORD),),
    to_do=(ToDo(60, loans.to_bring_back),),
    sections=(HomeSection(60, loans.section),),
    buttons=(MenuButton(55, "loan.button", loans.BORROW, frozenset({Place.MENU, Place.FOOT})),),
    pruned=(Pruned(loans.prune, timedelta(days=30)),),
)
