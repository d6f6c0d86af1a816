"""The bot about itself, and about the chats it is in."""

from collections.abc import Callable
from typing import Any

from tests.telegram.refusal import bad
from tests.telegram.world import World

Json = dict[str, Any]
Run = Callable[[World, Json], Any]


def get_me(world: World, args: Json) -> Json:
    """getMe."""
    can = {"can_join_groups": True, "can_read_all_group_messages": not world.privacy}
    return {**world.bot.as_json(), **can, "supports_inline_queries": False}


def get_chat(world: World, args: Json) -> Json:
    """getChat."""
    chat = world.chat(args["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return {**chat.as_json(), **more}


def get_chat_member(world: World, args: Json) -> Json:
    """getChatMember."""
    chat = world.writable(args["chat_id"])
    user = world.bot if args["user_id"] == world.bot.id else world.users.get(args["user_id"])
    if user is None:
        raise bad("user not found")
    return world.standing(chat, user)


def leave_chat(world: World, args: Json) -> bool:
    """leaveChat."""
    chat = world.writable(args["chat_id"])
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.standings[world.bot.id] = "left"
    return True


def get_file(world: World, args: Json) -> Json:
    """getFile."""
    stored = world.files.kept.get(args["file_id"])
    if stored is None:
        raise bad("invalid file_id")
    return {**stored.about, "file_path": stored.path}


def set_my_commands(world: World, args: Json) -> bool:
    """setMyCommands."""
    _check_scope(world, args)
    world.profile.set_commands(args["commands"], args.get("scope"), args.get("language_code", ""))
    return True


def get_my_commands(world: World, args: Json) -> list[Json]:
    """getMyCommands."""
    _check_scope(world, args)
    return world.profile.commands(args.get("scope"), args.get("language_code", ""))


def delete_my_commands(world: World, args: Json) -> bool:
    """deleteMyCommands."""
    return set_my_commands(world, {**args, "commands": []})


def _check_scope(world: World, args: Json) -> None:
    scope = args.get("scope", {})
    if "chat_id" in scope:
        world.chat(scope["chat_id"])


def set_menu_button(world: World, args: Json) -> bool:
    """setChatMenuButton."""
    world.profile.set_button(_private(world, args), args.get("menu_button"))
    return True


def get_menu_button(world: World, args: Json) -> Json:
    """getChatMenuButton."""
    return world.profile.button(_private(world, args))


def _private(world: World, args: Json) -> int | None:
    if "chat_id" not in args:
        return None
    chat = world.chat(args["chat_id"])
    if not chat.private:
        raise bad("invalid chat_id specified")
    return chat.id


def _setting(kind: str) -> Run:
    def run(world: World, args: Json) -> bool:
        world.profile.set_text(kind, args.get(kind, ""), args.get("language_code", ""))
        if kind == "name":
            world.bot.first_name = world.profile.text("name", "")
        return True

    return run


def _getting(kind: str) -> Run:
    return lambda world, args: {kind: world.profile.text(kind, args.get("language_code", ""))}


METHODS: dict[str, Run] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
    "setMyName": _setting("name"),
    "getMyName": _getting("name"),
    "setMyDescription": _setting("description"),
    "getMyDescription": _getting("description"),
    "setMyShortDescription": _setting("short_description"),
    "getMyShortDescription": _getting("short_description"),
}
