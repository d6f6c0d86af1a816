"""Whether somebody is whom a link is for, and what there is for them once they are in."""

from dataclasses import replace

from flows.engine.context import Turn
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.home import menu
from flows.people import permissions


def are_you(t: Translator, name: str, token: str, known_as: str = "") -> View:
    """Ask whether they are ``name``; nothing has happened yet. ``known_as`` is who they are here until then.

    The button carries the token, for whoever is asked may be known to nobody.
    """
    asked = t("invite.are_you", name=name)
    told = t("invite.are_you.known", name=name, known_as=known_as) if known_as else t("invite.are_you.new", name=name)
    yes = Button(t("invite.me"), Action("invite.me", arg=token), Style.PRIMARY)
    no = Button(t("invite.other"), Action("invite.other"))
    return View(f"{asked}\n\n{told}", buttons=(yes, no), language=t.language)


def not_you(t: Translator) -> View:
    """What somebody reads who is not whom the link is for."""
    return View(t("invite.not_you"), language=t.language)


def somebody_else(turn: Turn) -> View:
    """The same for somebody who is in already: they stay who they are."""
    return not_you(turn.t)


def greeting(turn: Turn, key: str) -> View:
    """The menu of whoever is in, with all that waits for them, below the words of ``key``."""
    view = replace(menu.menu(turn), title="")
    _, running = permissions.to_steer(turn, 1)
    waits = (turn.t("invite.steers", n=running),) if running else ()
    return view.noting("\n\n".join((turn.t(key), *waits))).speaking(turn.t.language)
