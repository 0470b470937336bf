"""Tells webhooks: plain JSON, adaptive cards for Teams, blocks for Slack; all signed."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from services.notifications.mail import Writer
from services.notifications.messages import SendHook
from shared.domain import Rejected
from shared.webhooks import SignedPost

MOST_ROWS = 20
"""Things named in one message: Slack takes at most 50 blocks, Teams 28 KB."""

TITLE_LETTERS = 150
"""Of a header block of Slack (https://api.slack.com/reference/block-kit/blocks)."""

CARD = "application/vnd.microsoft.card.adaptive"
CARD_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD_VERSION = "1.4"
"""The newest that all clients of Teams show."""

FOR_NOW = (408, 425, 429)
"""Answers of the 400s that say: try again later."""

log = logging.getLogger("ansvar.notifications")


class NotNow(OSError):
    """The receiver did not take it this time; trying again may help."""


class Hooks(Protocol):
    def check(self, url: str) -> None:
        """Raise `Rejected` unless the address may be called."""

    async def send(self, hook: SendHook) -> str:
        """Hand a message over. Returns why the other side will never take it, or nothing.

        Raises where another try may help.
        """


class SignedHooks:
    """Posts each message once, with the signature of the system's other webhooks."""

    def __init__(self, post: SignedPost, writer: Writer) -> None:
        self._post, self._writer = post, writer

    def check(self, url: str) -> None:
        self._post.addresses.check(url)

    async def send(self, hook: SendHook) -> str:
        try:
            status = await self._post.post(
                hook.url,
                body(hook, self._writer),
                id=hook.notification_id,
                endpoint_id=hook.endpoint_id,
                generations=(1,),
            )
        except Rejected as rejected:
            return rejected.reason
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return self._again(hook, type(error).__name__)
        if 200 <= status < 300:
            log.info("webhook told", extra={"notification": hook.notification_id})
            return ""
        said = f"the webhook answered {status}"
        if 400 <= status < 500 and status not in FOR_NOW:
            return said
        return self._again(hook, said)

    def _again(self, hook: SendHook, problem: str) -> str:
        if datetime.now(UTC) >= hook.give_up:
            return problem
        raise NotNow(problem)


def body(hook: SendHook, writer: Writer) -> str:
    """The message in the form that the receiver wants."""
    said = writer.said(hook, writer.words(hook.language))
    said["rows"] = said["rows"][:MOST_ROWS]
    form = {"json": _plain, "teams": _card, "slack": _blocks}[hook.form]
    return json.dumps(form(hook, said), ensure_ascii=False)


def _plain(hook: SendHook, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "ansvar.notification",
        "id": hook.notification_id,
        "language": hook.language,
        "title": said["title"],
        "what": said["what"],
        "why": said["why"],
        "due": hook.due.isoformat() if hook.due else None,
        "url": said["link"],
        "items": [
            {"title": row["title"], "by": row["by"], "url": row["link"]} for row in said["rows"]
        ],
        "more": hook.more + max(0, len(hook.rows) - MOST_ROWS),
    }


def _card(hook: SendHook, said: dict[str, Any]) -> dict[str, Any]:
    """What an incoming webhook of a workflow of Teams takes."""
    lines: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": said["title"], "weight": "Bolder", "size": "Medium"},
        {"type": "TextBlock", "text": said["what"]},
        {"type": "TextBlock", "text": said["why"], "isSubtle": True},
    ]
    lines += [
        {"type": "TextBlock", "text": f"- [{row['title']}]({row['link']}) · {row['by']}"}
        for row in said["rows"]
    ]
    lines += [
        {"type": "TextBlock", "text": said[name], "weight": "Bolder"}
        for name in ("more", "by")
        if said[name]
    ]
    card = {
        "$schema": CARD_SCHEMA,
        "type": "AdaptiveCard",
        "version": CARD_VERSION,
        "lang": hook.language,
        "body": [line | {"wrap": True} for line in lines],
        "actions": [{"type": "Action.OpenUrl", "title": said["open"], "url": said["link"]}],
    }
    attached = {"contentType": CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


def _blocks(hook: SendHook, said: dict[str, Any]) -> dict[str, Any]:
    """Message and blocks of Slack; `text` is what its notifications and screen readers say."""
    rows = [f"• <{row['link']}|{_plain_text(row['title'])}> · {row['by']}" for row in said["rows"]]
    by = f"*{_plain_text(said['by'])}*" if said["by"] else ""
    paragraphs = [_plain_text(said["what"]), _plain_text(said["why"]), *rows, said["more"], by]
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": said["open"][:75]},
        "url": said["link"],
    }
    return {
        "text": _plain_text(said["title"]),
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": said["title"][:TITLE_LETTERS]},
            },
            *(
                {"type": "section", "text": {"type": "mrkdwn", "text": text}}
                for text in paragraphs
                if text
            ),
            {"type": "actions", "elements": [button]},
        ],
    }


def _plain_text(text: str) -> str:
    """Slack gives a meaning to these three letters only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
