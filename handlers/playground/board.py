"""What stands around the chats: what is due next, what was sent, and who is who."""

from datetime import datetime
from typing import Any

from flows.engine.forms.choices import ranked
from flows.engine.forms.definition import Choice
from flows.engine.language.texts import Translator
from flows.engine.schedule import Rule, ScheduledRules
from handlers.playground.render import first_words
from storage.conversations import playground
from storage.conversations.playground import Player
from storage.database.unit_of_work import UnitOfWork
from storage.delivery import due
from storage.dialogues import requests
from storage.models import ChatLine, Due, Person, Request, Topic

COMING, SENT, LISTED = 8, 30, 40
"""How many due things, messages and people are shown: as much as a glance takes in."""


def board(uow: UnitOfWork, t: Translator, now: datetime, rules: ScheduledRules) -> dict[str, Any]:
    """The time, what is due next, and what the bot sent by itself, the newest first; times are UTC."""
    return {
        "now": now.isoformat(),
        "due": [_coming(uow, t, row, rules.get(row.kind)) for row in due.upcoming(uow, COMING)],
        "sent": [_letter(line, name) for line, name in playground.letters(uow, SENT)],
    }


def _coming(uow: UnitOfWork, t: Translator, row: Due, rule: Rule | None) -> dict[str, Any]:
    if rule is None:  # another version of the bot planned it
        return {"at": row.due_at.isoformat(), "what": t("playground.due.other"), "about": ""}
    about = _about(uow, t, rule.request(uow, row.subject_id))
    return {"at": row.due_at.isoformat(), "what": t(f"due.{row.kind}"), "about": about}


def _about(uow: UnitOfWork, t: Translator, request_id: int | None) -> str:
    """The request's topics and who asked; empty where there is none."""
    request = uow.find(Request, request_id) if request_id is not None else None
    if request is None:
        return ""
    topics = (uow.get(Topic, topic_id) for topic_id in requests.topic_ids(uow, request.id))
    asker = uow.get(Person, request.requester_id).name
    return f"{t.listing(topic.name(t.language) for topic in topics)} · {asker}"


def _letter(line: ChatLine, name: str) -> dict[str, Any]:
    last = line.edited_at or line.at
    words = first_words(line.body["view"])
    return {"line": line.id, "at": last.isoformat(), "person": line.person_id, "name": name, "words": words}


def people(uow: UnitOfWork, t: Translator, query: str) -> list[dict[str, Any]]:
    """Who can be played and fits what was typed (name, role or organisation), best first."""
    everybody = {str(one.id): one for one in playground.players(uow)}
    found = ranked([_choice(t, one) for one in everybody.values()], query)
    return [introduced(t, everybody[choice.value]) for choice in found[:LISTED]]


def _choice(t: Translator, one: Player) -> Choice:
    places = [f"{node.abbreviation} {node.name(t.language)}" for node in (one.home, one.unit) if node]
    return Choice(str(one.id), one.name, terms=" ".join([roles(t, one), *places]))


def introduced(t: Translator, one: Player) -> dict[str, Any]:
    """A person with their role and organisation in words; ``side`` is where on the page they are shown unasked."""
    side = "left" if one.only_asks else "right"
    return {"id": one.id, "name": one.name, "role": roles(t, one), "place": _place(t, one), "side": side}


def roles(t: Translator, one: Player) -> str:
    """What somebody is to the programme, in words."""
    found = [t(f"playground.role.{one.level}")] if one.level else []
    found += [t("playground.role.builder")] if one.builds else []
    found += [t("playground.role.team")] if one.team else []
    return t.listing(found or [t("playground.role.requester")])


def _place(t: Translator, one: Player) -> str:
    if one.unit is None or one.home is None:
        return ""
    home = one.home.abbreviation or one.home.name(t.language)
    return home if one.unit.id == one.home.id else f"{one.unit.name(t.language)}, {home}"
