"""Everything the bot shows while a whole story is told, to be held against what a platform takes."""

import pytest

from bot.demo import story
from flows.engine.views.view import View
from handlers.inbound.events import Event
from handlers.inbound.results import Result, to_say
from handlers.inbound.router import Router
from handlers.outbound.memory_channel import MemoryChannel


def in_a_story(language: str) -> list[View]:
    """The views, in their order: the answers to what people do, and the letters."""
    views: list[View] = []
    handle, keep = Router.handle, MemoryChannel._keep

    async def handled(router: Router, event: Event) -> Result:
        result = await handle(router, event)
        views.extend([view] if (view := to_say(result)) else [])
        return result

    def kept(channel: MemoryChannel, address: str, view: View, replaces: str) -> str:
        views.append(view)
        return keep(channel, address, view, replaces)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Router, "handle", handled)
        patch.setattr(MemoryChannel, "_keep", kept)
        story.tell(language=language, as_json=True, seed=2021)
    return views
