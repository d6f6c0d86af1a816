"""The commands about the app in Slack: ``dialoogreeks slack …``."""

from typing import Annotated

import typer

from bot.config.settings import load

slack = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", help="The app that Slack knows the bot by.")


@slack.command()
def manifest(
    url: Annotated[
        str, typer.Option(help="The public https:// address, for HTTP. Without it: Socket Mode, which needs none.")
    ] = "",
    language: Annotated[str, typer.Option(help="nl or en; without it the programme's language.")] = "",
) -> None:
    """Print the manifest, from which Slack makes the app in one go: names, command, shortcuts, events and scopes.

    Paste it at api.slack.com/apps, under Create New App, From a manifest. docs/slack.md goes on from there. The name of
    the command is SLACK_COMMAND; with an id of an organisation (E...) in SLACK_TEAM_IDS the app can be installed on all
    of it.

    Examples:

        dialoogreeks slack manifest

        dialoogreeks slack manifest --url https://dialoog.example.org --language en
    """
    if language not in {"", "nl", "en"}:
        raise typer.BadParameter("expected nl or en", param_hint="--language")
    if url and not url.startswith("https://"):
        raise typer.BadParameter("expected an https:// address; Slack calls no other", param_hint="--url")
    from bot.commands.slack_manifest import printed  # noqa: PLC0415  # the other commands need not wait for the words to load

    typer.echo(printed(load(), language=language, url=url))
