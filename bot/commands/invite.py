"""Inviting from a terminal: ``dialoogreeks invite …``."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config.database import NotReady, opened
from bot.config.settings import Settings, load
from bot.schedule.clock import system_now

if TYPE_CHECKING:  # the other commands need not wait for all of it to load
    from flows.access.invitations import Made
    from flows.engine.context import Context


def invite(
    organisation: Annotated[
        str, typer.Argument(help="The code of the organisation, as in organisations.csv. Not with --person.")
    ] = "",
    once: Annotated[  # noqa: FBT002  # Typer makes a --flag of it
        bool, typer.Option("--once", help="For one newcomer, instead of everybody who comes.")
    ] = False,
    person: Annotated[str, typer.Option(help="For one person of the programme, by e-mail address.")] = "",
    days: Annotated[int, typer.Option(min=1, max=366, help="For how many days the invitation works.")] = 14,
    qr: Annotated[Path | None, typer.Option(help="Write the QR code to this PNG file too.")] = None,
) -> None:
    """Make an invitation to Telegram, and print its link and its QR code.

    Nobody can talk with the bot there without one. The link is shown now and never again. Whoever has it can use it, so
    pass it on to those only whom it is for.

    Examples:

        dialoogreeks invite rvo

        dialoogreeks invite rvo --once --days 3

        dialoogreeks invite --person fien@example.org --qr fien.png
    """
    if bool(organisation) == bool(person):
        raise typer.BadParameter("expected the code of an organisation, or --person", param_hint="ORGANISATION")
    settings = load()
    made, whom = _made(settings, organisation, person, once=once, span=timedelta(days=days))
    from flows.engine.views import qr as codes  # noqa: PLC0415  # the other commands need not wait for it to load

    typer.echo(made.link)
    typer.echo(codes.lines(made.link))
    zone = settings.rules().zone
    typer.echo(f"For {whom}. Works until {made.invitation.expires_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key}).")
    if qr is not None:
        qr.write_bytes(codes.png(made.link))
        typer.echo(f"The QR code is in {qr}.")


def _made(settings: Settings, organisation: str, person: str, *, once: bool, span: timedelta) -> tuple["Made", str]:
    """The invitation, and whom it is for. Raises NotReady with one clear sentence where there can be none."""
    from flows.capabilities import CAPABILITIES  # noqa: PLC0415
    from flows.engine.context import Context  # noqa: PLC0415
    from flows.engine.language.texts import Texts  # noqa: PLC0415
    from flows.engine.views.refusals import NoEntrance, ReachedAlready  # noqa: PLC0415

    rules = settings.rules()
    with opened(settings) as store, store.begin() as uow:
        context = Context(uow, system_now(), rules, Texts(settings.language, rules.zone), CAPABILITIES)
        try:
            return _made_for(context, organisation, person, once=once, span=span)
        except NoEntrance:
            raise NotReady(
                "Nobody can come in yet: the bot has not served Telegram on this database. Put TELEGRAM_BOT_TOKEN in "
                ".env and start it once (dialoogreeks run); then it knows its own link."
            ) from None
        except ReachedAlready:
            raise NotReady(
                f"{person} talks with the bot already, and links another channel there with the word: link"
            ) from None


def _made_for(context: "Context", organisation: str, person: str, *, once: bool, span: timedelta) -> tuple["Made", str]:
    from flows.access import invitations  # noqa: PLC0415
    from storage.people import profiles  # noqa: PLC0415
    from storage.programme import catalogue, counts  # noqa: PLC0415

    if counts.count(context.uow).empty:
        raise NotReady("There is nobody to invite yet. Load your programme first: dialoogreeks import FOLDER")
    if person:
        known = profiles.by_email(context.uow, person)
        if known is None or not known.active:
            raise NotReady(f"The programme has nobody with the e-mail address {person}.")
        return invitations.make(context, None, known, once=True, by=None, span=span), f"{known.name}, once"
    found = next((one for one in catalogue.organisations(context.uow) if one.code == organisation), None)
    if found is None:
        raise NotReady(f"There is no organisation with the code {organisation}; export lists them all.")
    where = found.name("en")
    whom = f"one newcomer of {where}" if once else f"everybody of {where} to whom it is passed on"
    return invitations.make(context, found, None, once=once, by=None, span=span), whom
