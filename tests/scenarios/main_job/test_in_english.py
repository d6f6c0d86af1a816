"""Who reads English gets English: the whole walk, and not one word of the Dutch catalogue or of the Dutch names."""

import re
from collections.abc import Iterable

from babel.messages.pofile import read_po

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.language.texts import CATALOGUES
from storage.models import DialogueForm, DialogueSession, SeriesTemplate, SessionState, TemplateSession, Topic
from storage.programme import demo
from tests.scenarios.asking import answer_page, press
from tests.scenarios.town import ENGLISH as T
from tests.scenarios.town import Town, at, words

ANSWERS = {
    "topics": ["Dissent"],
    "form": "Moral deliberation",
    "occasion": "team_day",
    "urgency": "normal",
    "where": "online",
    "when": "moments",
    "origin": "any",
    "language": "nl",
    "follow_up": "yes",
    "template": "Reflection series",
    "rhythm": "weeks:3",
}
LONG_ENOUGH = 9
"""From this length on a piece of Dutch text does not stand in an English one by chance."""


async def test_the_whole_walk_has_no_dutch_word_in_it(town: Town) -> None:
    read = await _walk(town)
    assert len(read) > 40
    said = "\n".join(read)
    assert f"[{T('steer.again')}]" in said, "nobody took the last session, so a practice builder read along too"
    assert [text for text in _dutch_texts() if text in said] == []
    assert sorted(_labels(read) & _only_dutch_labels()) == []
    assert [name for name in _dutch_names(town) if name in said] == []


async def _walk(town: Town) -> list[str]:
    with town.store.begin() as uow:
        demo.all_speak(uow, "en")
    requester = town.requester
    read = [words(await requester.say("hello")), words(await press(requester, T("menu.ask")))]
    while requester.screen is not None and requester.screen.form is not None:
        read.append(words(await answer_page(requester, **ANSWERS)))
    read.append(words(await press(requester, T("request.submit"))))
    await town.settle()
    decliner, facilitator = town.asked()[:2]
    read.append(words(await press(decliner, T("offer.decline"))))
    read.append(words(await press(decliner, T("decline.busy"))))
    read += await _accepts_and_agrees(town, requester, facilitator)
    read += await _meets(town, requester, facilitator)
    return read + [words(delivery.view) for delivery in town.channel.deliveries]


async def _accepts_and_agrees(town: Town, requester: SimulatedPerson, facilitator: SimulatedPerson) -> list[str]:
    read = [words(await press(facilitator, T("offer.accept", moment="")))]
    await town.settle()
    read.append(words(await press(requester, T("series.agree"))))
    await town.settle()
    for person, door in ((requester, "menu.requests"), (facilitator, "menu.sessions"), (facilitator, "menu.profile")):
        await person.say("menu")
        read.append(words(await press(person, T(door))))
    return read


async def _meets(town: Town, requester: SimulatedPerson, facilitator: SimulatedPerson) -> list[str]:
    session = town.rows(DialogueSession)[0]
    assert session.starts_at is not None
    await town.until(at("2026-12-08 16:15"))
    read = [words(await press(facilitator, T("session.report")))]
    read.append(words(await answer_page(facilitator, held="yes")))
    read.append(words(await answer_page(facilitator, attendees=9, topics=["Integrity"])))
    await town.settle()
    await facilitator.say("menu")
    await press(facilitator, T("menu.sessions"))
    await press(facilitator, T("session.open_one", moment=""))
    read.append(words(await press(facilitator, T("session.give_back"))))
    read.append(words(await answer_page(facilitator, reason="private", scope="one")))
    await town.until(at("2027-01-30 09:00"))
    assert SessionState.HELD in {row.state for row in town.rows(DialogueSession)}
    return [*read, words(requester.screen)]


def _catalogue(language: str) -> set[str]:
    found: set[str] = set()
    for path in (CATALOGUES / language).glob("*.po"):
        with path.open("rb") as lines:
            messages = [message.string for message in read_po(lines, locale=language) if message.id]
        found |= {text for message in messages for text in ((message,) if isinstance(message, str) else message or ())}
    return found


def _pieces(texts: Iterable[str]) -> set[str]:
    """The parts of texts between what is filled in, long enough to be told apart."""
    parts = {part.strip(" .,:;()·") for text in texts for part in re.split(r"\{[^}]*\}|\n", text)}
    return {part for part in parts if len(part) >= LONG_ENOUGH}


def _dutch_texts() -> set[str]:
    english = "\n".join(_catalogue("en"))
    return {piece for piece in _pieces(_catalogue("nl")) if piece not in english}


def _labels(read: list[str]) -> set[str]:
    """Buttons and the names of facts, as they stand in what was read."""
    lines = [line for text in read for line in text.splitlines()]
    return {line.strip("[]") for line in lines if line.startswith("[")} | {line.partition(": ")[0] for line in lines}


def _only_dutch_labels() -> set[str]:
    return {text for text in _catalogue("nl") if len(text) < 30} - _catalogue("en")


def _dutch_names(town: Town) -> set[str]:
    named = [*town.rows(Topic), *town.rows(DialogueForm), *town.rows(SeriesTemplate)]
    dutch = {row.name_nl for row in named} | {row.theme_nl for row in town.rows(TemplateSession)}
    english = "\n".join([row.name_en for row in named] + [row.theme_en for row in town.rows(TemplateSession)])
    return {name for name in dutch if len(name) >= LONG_ENOUGH and name not in english}


async def test_the_language_can_be_changed_in_the_menu_at_any_time(town: Town) -> None:
    person = town.requester
    await person.say("hallo")
    view = await press(person, "Switch to English")
    assert T("menu.ask") in words(view)
    view = await press(person, T("menu.language"))
    assert "Vraag een dialoog aan" in words(view)
