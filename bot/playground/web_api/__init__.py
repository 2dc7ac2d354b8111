"""The Web API: every method that the app may call, one file a family."""

from collections.abc import Mapping

from bot.playground.web_api import app, chat, conversations, files, reactions, users, views
from bot.playground.web_api.call import Method

METHODS: Mapping[str, Method] = {
    **app.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **reactions.METHODS,
    **users.METHODS,
    **views.METHODS,
}
