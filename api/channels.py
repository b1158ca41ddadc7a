"""`/v1/subscriptions` and `/v1/deliveries`: who is told, what was sent to them, and what they answered.

Always behind a token. Addresses are passwords for most channels: they go in and never come out, save masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import Response

from api.asking import DeliveryQuery
from api.knowledge import Knowledge
from api.problems import not_found
from api.replies import PRIVATE, json_reply, next_link
from api.schemas import (
    DeliveryOut,
    DeliveryWithAttemptsOut,
    ListOut,
    NewSubscriptionOut,
    PeriodIn,
    QueuedOut,
    SecretOut,
    SubscriptionChange,
    SubscriptionIn,
    SubscriptionOut,
)
from api.security import Guard
from db.outbox import Outbox
from monitor.deliver.draft import Facts
from monitor.deliver.due import plan_test, plan_welcome
from monitor.deliver.guard import Egress, Resolve, resolve_name
from monitor.deliver.subscribe import Wish, check_filter, check_times, make, with_new_secret
from monitor.errors import UsageError
from monitor.model import Destination, Subscription
from monitor.publish.metrics import Queue
from monitor.wire import to_wire


def _nothing() -> None:
    """Nobody to wake: the worker looks by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What telling people takes: the outbox, what the operator allows, and the facts of a welcome.

    `wake` tells the worker of this process that something is due; it may be called from any thread.
    """

    outbox: Outbox
    egress: Egress
    facts: Facts
    resolve: Resolve = resolve_name
    wake: Callable[[], None] = _nothing

    def queue(self) -> Queue:
        """How the outbox stands, for the metrics."""
        backlog = self.outbox.backlog()
        return Queue(by_state=dict(backlog.states), oldest_waiting_at=backlog.oldest_due_at)


def router(knowledge: Knowledge, channels: Channels, guard: Guard) -> APIRouter:
    """The routes of channels."""
    routes = APIRouter(prefix="/v1", tags=["subscriptions"])
    reader, writer = [Depends(guard.require("read"))], [Depends(guard.require("write"))]
    outbox = channels.outbox

    @routes.get("/subscriptions", response_model=ListOut[SubscriptionOut], dependencies=reader)
    def list_subscriptions() -> Response:
        """All channels, oldest first; their addresses masked."""
        return json_reply({"items": outbox.subscriptions(), "next": None}, cache=PRIVATE)

    @routes.post("/subscriptions", status_code=201, response_model=NewSubscriptionOut, dependencies=writer)
    async def create_subscription(wanted: SubscriptionIn) -> Response:
        """Add a channel. It gets one welcome; a webhook's signing secret is in this answer and never again."""
        now = knowledge.now()
        wish = Wish(**wanted.wish())
        subscription, destination = await make(
            wish, now=now, egress=channels.egress, services=knowledge.services(), resolve=channels.resolve
        )

        def keep() -> None:
            welcome = plan_welcome(subscription, channels.facts, base_url=knowledge.base_url, now=now)
            outbox.add(subscription, destination, [welcome])

        await run_sync(keep)
        channels.wake()
        answer = json_reply(
            to_wire(subscription) | {"secret": _secret(destination)},
            cache="no-store",
            headers={"Location": f"{knowledge.base_url}/v1/subscriptions/{subscription.id}"},
        )
        answer.status_code = HTTPStatus.CREATED
        return answer

    @routes.get("/subscriptions/{subscription_id}", response_model=SubscriptionOut, dependencies=reader)
    def get_subscription(subscription_id: str) -> Response:
        """One channel and how it fares."""
        return json_reply(_subscription(outbox, subscription_id), cache=PRIVATE)

    @routes.patch("/subscriptions/{subscription_id}", response_model=SubscriptionOut, dependencies=writer)
    def change_subscription(subscription_id: str, wanted: SubscriptionChange) -> Response:
        """Change what a channel wants; what is left out stays. Its address cannot be changed: add a new channel."""
        before = _changeable(outbox, subscription_id)
        after = replace(before, **wanted.changes())
        check_filter(after.filter, services=knowledge.services())
        check_times(Wish(kind=after.kind, address="", digest=after.digest, quiet=after.quiet))
        return json_reply(outbox.change(after), cache="no-store")

    @routes.delete("/subscriptions/{subscription_id}", status_code=204, dependencies=writer)
    def delete_subscription(subscription_id: str) -> Response:
        """Remove a channel and forget its address. What was sent stays listed."""
        outbox.remove(_changeable(outbox, subscription_id).id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @routes.post(
        "/subscriptions/{subscription_id}/test", status_code=202, response_model=QueuedOut, dependencies=writer
    )
    def test_subscription(subscription_id: str) -> Response:
        """Send a test message."""
        subscription = _subscription(outbox, subscription_id)
        return queued(outbox.enqueue([plan_test(subscription, base_url=knowledge.base_url, now=knowledge.now())]))

    @routes.post("/subscriptions/{subscription_id}/disable", response_model=SubscriptionOut, dependencies=writer)
    def disable_subscription(subscription_id: str) -> Response:
        """Switch a channel off. What waits is cancelled and listed."""
        outbox.disable(_subscription(outbox, subscription_id).id)
        return json_reply(_subscription(outbox, subscription_id), cache="no-store")

    @routes.post("/subscriptions/{subscription_id}/enable", response_model=SubscriptionOut, dependencies=writer)
    def enable_subscription(subscription_id: str) -> Response:
        """Switch a channel on again, and send what it missed as far as that is not too old."""
        outbox.enable(_subscription(outbox, subscription_id).id, replay_missed=True)
        channels.wake()
        return json_reply(_subscription(outbox, subscription_id), cache="no-store")

    @routes.post("/subscriptions/{subscription_id}/secret", response_model=SecretOut, dependencies=writer)
    def rotate_secret(subscription_id: str) -> Response:
        """Make a new signing secret. The old one goes on signing beside it for a while."""
        subscription = _changeable(outbox, subscription_id)
        destination = outbox.destination(subscription.id)
        if destination is None or not destination.secrets:
            raise HTTPException(HTTPStatus.CONFLICT, "Messages to this channel are not signed.")
        rotated = with_new_secret(destination, now=knowledge.now())
        outbox.change(subscription, rotated)
        return json_reply({"secret": _secret(rotated)}, cache="no-store")

    @routes.post(
        "/subscriptions/{subscription_id}/replay", status_code=202, response_model=QueuedOut, dependencies=writer
    )
    def replay_period(subscription_id: str, period: PeriodIn) -> Response:
        """Send again what a channel got in a stretch of time, under the same message ids."""
        subscription = _subscription(outbox, subscription_id)
        _refuse_switched_off(subscription)
        found = outbox.replayable(subscription.id, since=period.since, until=period.until)
        return queued(outbox.replay(found))

    @routes.get("/deliveries", response_model=ListOut[DeliveryOut], dependencies=reader)
    def list_deliveries(asked: Annotated[DeliveryQuery, Query()], request: Request) -> Response:
        """What was sent or is to be, newest first. Every delivery ends in a state and stays listed."""
        items, cursor = outbox.deliveries(
            subscription_id=asked.subscription,
            states=asked.state,
            kinds=asked.kind,
            event_id=asked.event,
            cursor=asked.cursor,
            limit=asked.limit,
        )
        headers = next_link(request, knowledge.base_url, cursor)
        return json_reply({"items": items, "next": cursor}, cache=PRIVATE, headers=headers)

    @routes.get("/deliveries/{delivery_id}", response_model=DeliveryWithAttemptsOut, dependencies=reader)
    def get_delivery(delivery_id: str) -> Response:
        """One delivery with every attempt and what the receiver answered."""
        with _missing("delivery"):
            found = outbox.delivery(delivery_id)
            attempts = outbox.attempts(delivery_id)
        return json_reply(to_wire(found) | {"tries": attempts}, cache=PRIVATE)

    @routes.post("/deliveries/{delivery_id}/replay", status_code=202, response_model=QueuedOut, dependencies=writer)
    def replay_delivery(delivery_id: str) -> Response:
        """Send one delivery again: the same bytes under the same message id."""
        with _missing("delivery"):
            found = outbox.delivery(delivery_id)
            subscription = outbox.subscription(found.subscription_id)
        _refuse_switched_off(subscription)
        return queued(outbox.replay([found.id]))

    def queued(deliveries: tuple[str, ...]) -> Response:
        channels.wake()
        answer = json_reply({"deliveries": deliveries}, cache="no-store")
        answer.status_code = HTTPStatus.ACCEPTED
        return answer

    return routes


def _subscription(outbox: Outbox, subscription_id: str) -> Subscription:
    with _missing("subscription"):
        return outbox.subscription(subscription_id)


def _changeable(outbox: Outbox, subscription_id: str) -> Subscription:
    subscription = _subscription(outbox, subscription_id)
    if subscription.declared:
        raise HTTPException(HTTPStatus.CONFLICT, "The configuration file declares this channel; change it there.")
    return subscription


def _refuse_switched_off(subscription: Subscription) -> None:
    if subscription.disabled_at is not None:
        raise HTTPException(HTTPStatus.CONFLICT, "The channel is switched off: enable it first.")


@contextmanager
def _missing(what: str) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise not_found(f"There is no {what} with this id.") from error


def _secret(destination: Destination) -> str | None:
    newest = max(destination.secrets, key=lambda secret: secret.created_at, default=None)
    return newest.value if newest is not None else None
