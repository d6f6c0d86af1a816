"""The bot's introduction, and what it may know of chats and their members."""

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, MenuButtonCommands
from telegram.error import BadRequest

from tests.telegram.person import TelegramPerson
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn


async def test_commands_are_kept_by_scope_and_language(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    bob = far.person("Bob", language_code="en")
    assert anna.commands == {}
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("start", "Start")], scope=private)
    await bot.set_my_commands([BotCommand("start", "Beginnen")], scope=private, language_code="nl")
    assert (anna.commands, bob.commands) == ({"start": "Beginnen"}, {"start": "Start"})
    assert await bot.get_my_commands(scope=private, language_code="nl") == (BotCommand("start", "Beginnen"),)
    assert await bot.get_my_commands(scope=private, language_code="en") == ()
    await bot.set_my_commands([BotCommand("mine", "Mine")], scope=BotCommandScopeChat(anna.id))
    assert anna.commands == {"mine": "Mine"}
    await bot.delete_my_commands(scope=private)
    assert bob.commands == {"help": "Help"}


async def test_commands_and_texts_have_their_limits(anna: TelegramPerson, bot: Bot) -> None:
    async def fails(*commands: BotCommand, language: str | None = None) -> str:
        return (await refused(bot.set_my_commands([*commands], language_code=language), BadRequest)).message

    assert await fails(BotCommand("Help", "Help")) == "Bot_command_invalid"
    assert await fails(BotCommand("x" * 33, "Help")) == "Bot_command_invalid"
    assert await fails(BotCommand("help", "x" * 257)) == "Bot_command_description_invalid"
    assert await fails(*[BotCommand("help", "Help")] * 101) == "Bot_commands_too_much"
    assert await fails(BotCommand("help", "Help"), language="dutch") == "Invalid language code specified"
    await bot.set_my_description("x" * 512)
    assert (await refused(bot.set_my_description("x" * 513), BadRequest)).message == "Description is too long"
    await refused(bot.set_my_short_description("x" * 121), BadRequest)
    await refused(bot.set_my_name("x" * 65), BadRequest)
    scope = BotCommandScopeChat(5)
    assert (await refused(bot.get_my_commands(scope=scope), BadRequest)).message == "Chat not found"


async def test_texts_and_menu_button_are_read_as_they_were_set(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    await bot.set_my_description("In general")
    await bot.set_my_description("In het Nederlands", language_code="nl")
    await bot.set_my_short_description("Short")
    await bot.set_my_name("Dialogue")
    assert (anna.about_bot(), far.person("Bob").about_bot()) == ("In het Nederlands", "In general")
    assert (await bot.get_my_description("nl")).description == "In het Nederlands"
    assert (await bot.get_my_short_description()).short_description == "Short"
    assert (await bot.get_my_name()).name == (await bot.get_me()).first_name == "Dialogue"
    await bot.set_my_description("", language_code="nl")
    assert anna.about_bot() == "In general"
    assert (await bot.get_chat_menu_button()).type == "commands"
    await bot.set_chat_menu_button(anna.id, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(anna.id)).type == "commands"
    team = far.group("Team", anna)
    await anna.adds_bot(team)
    assert (await refused(bot.get_chat_menu_button(team.id), BadRequest)).message == "Invalid chat_id specified"


async def test_chats_and_their_members_are_described(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    bram = far.person("Bram")
    team = far.group("Team", anna, bram)
    await anna.adds_bot(team)
    assert (await bot.get_chat(anna.id)).last_name == "de Vries"
    assert (await bot.get_chat(team.id)).title == "Team"
    assert (await refused(bot.get_chat(5), BadRequest)).message == "Chat not found"
    await anna.promotes_bot(team)
    await bram.leaves(team)
    found = [(await bot.get_chat_member(team.id, one)).status for one in (anna.id, bram.id, bot.id)]
    assert found == ["creator", "left", "administrator"]
    assert (await refused(bot.get_chat_member(team.id, 5), BadRequest)).message == "User not found"
    me = await bot.get_me()
    assert (me.username, me.can_read_all_group_messages) == (far.username, False)
    assert (await refused(bot.leave_chat(anna.id), BadRequest)).message.startswith("Chat member status")
    await bot.leave_chat(team.id)
    assert not team.has_bot
