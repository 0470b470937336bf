"""What becomes of messages to webhooks: what one does not take is mailed instead."""

import logging

from services.notifications.domain import (
    TEAM,
    Call,
    Delivery,
    id_of,
)
from services.notifications.figures import Counts, note
from services.notifications.handlers.calls import pile_up, piled
from services.notifications.handlers.routes import router
from services.notifications.hooks import Hooks
from services.notifications.messages import HookLate, HookRefused, MailAccepted, SendHook
from services.notifications.rules import Rules
from shared.unit import Unit

log = logging.getLogger("ansvar.notifications")


@router.does(SendHook)
async def send_hook(effect: SendHook, hooks: Hooks, figures: Counts) -> MailAccepted | HookRefused:
    """One try; the machinery tries again with growing pauses until it gives up."""
    problem = await hooks.send(effect)
    note(figures, "webhook", effect, problem)
    if problem:
        return HookRefused(deliveries=effect.deliveries, problem=problem)
    return MailAccepted(deliveries=effect.deliveries)


@router.on(HookRefused)
async def note_hook_refused(event: HookRefused, unit: Unit, rules: Rules) -> None:
    await _other_channel(event.deliveries, event.problem, unit, rules)


@router.on(HookLate)
async def note_hook_late(event: HookLate, unit: Unit, rules: Rules) -> None:
    await _other_channel(event.deliveries, "the webhook did not take it in time", unit, rules)


async def _other_channel(ids: tuple[str, ...], problem: str, unit: Unit, rules: Rules) -> None:
    """Members of a team were told one by one too, so only a person's message is mailed."""
    for id in ids:
        delivery = await unit.get(Delivery, id)
        if delivery.state != "queued":
            continue
        delivery.refused(problem, unit.now)
        unit.save(delivery)
        log.warning("a webhook failed", extra={"recipient": delivery.recipient, "why": problem})
        if delivery.recipient.startswith(TEAM):
            continue
        for need_id in delivery.need_ids:
            call = await unit.get(Call, id_of("need", need_id))
            if call.state != "settled" and call.need is not None:
                one = piled(call, call.need, unit.now, ("mail",))
                await pile_up(one, delivery.recipient, unit, rules)
