"""The worker: claims what is due, makes its bytes, sends it and settles how it went.

Many sends are under way at once, but every channel has its own small allowance, so that one that hangs holds up
nobody else. No transaction is open while something is sent. Results are settled in groups, as many as have come in
while the last group was being written, which keeps a slow disk from setting the pace.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from time import monotonic
from typing import Any, Protocol, TypeVar

from monitor.deliver.kinds import KINDS
from monitor.deliver.model import Answer, Carriers, Parcel, Rendered, Verdict
from monitor.deliver.redact import redact, secrets_of
from monitor.deliver.retry import settle
from monitor.errors import MonitorError, StoreError
from monitor.model import Attempt, Claimed, Health, Settlement

log = logging.getLogger("releasevakt.deliver")

T = TypeVar("T")
Decide = Callable[..., Settlement]
Tried = tuple[Claimed, Attempt, Decide]
Render = Callable[[Claimed, datetime], Rendered]

POLL_SECONDS = 1.0
IN_FLIGHT = 50
ATTEMPT_SECONDS = 40.0
"""The last resort around one attempt; the carriers' own deadlines are shorter."""

STOP_SECONDS = 4.0
"""How long a stop waits for receivers to answer; who does not gets the message again, under the same id."""

BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Queue(Protocol):
    """What the worker needs of the outbox. All of it is synchronous and is called in a thread."""

    def claim(self, *, limit: int, owner: str) -> tuple[list[Claimed], datetime | None]: ...

    def keep(self, rendered: Sequence[tuple[Claimed, str, bytes]]) -> None: ...

    def finish(self, tried: Sequence[Tried]) -> tuple[str, ...]: ...

    def release(self, claimed: Sequence[Claimed]) -> None: ...


@dataclass(slots=True)
class Tally:
    """What a worker has done: how many attempts ended how."""

    outcomes: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: str) -> None:
        """Count one attempt."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def attempts(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


class Worker:
    """Sends what is due until it is told to stop. `render` makes the bytes of a delivery that has none yet."""

    def __init__(
        self,
        queue: Queue,
        *,
        render: Render,
        carriers: Carriers,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Random | None = None,
        in_flight: int = IN_FLIGHT,
        poll_seconds: float = POLL_SECONDS,
        owner: str | None = None,
    ) -> None:
        self._queue = queue
        self._render = render
        self._carriers = carriers
        self._clock = clock
        self._random = random or Random()
        # As many again are claimed and wait for a slot, so that the database and the network work at the same time.
        self._slots = asyncio.Semaphore(in_flight)
        self._most_claimed = in_flight * 2
        self._stopping = False
        self._unsent: list[Claimed] = []
        self._poll_seconds = poll_seconds
        self._owner = owner or secrets.token_hex(6)
        self._sending: dict[asyncio.Task[None], Claimed] = {}
        self._results: asyncio.Queue[Tried] = asyncio.Queue()
        self._unsettled = 0
        self._wake = asyncio.Event()
        self._healthy = True
        self.tally = Tally()

    def wake(self) -> None:
        """Say that something new may be due. Only from the worker's own event loop."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; then finish what is under way, give back the rest, and return."""
        await self._run(stop, until_idle=False)

    async def run_once(self) -> Tally:
        """Send what is due now, also what its channel's pace lets out little by little, and return."""
        await self._run(asyncio.Event(), until_idle=True)
        return self.tally

    async def _run(self, stop: asyncio.Event, *, until_idle: bool) -> None:
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="outbox") as threads:
            settler = asyncio.create_task(self._settle_results(threads))
            stopped = asyncio.create_task(stop.wait())
            try:
                failures = 0
                while not stop.is_set():
                    self._wake.clear()
                    # What is settled while we claim may make more claimable; only a claim that began when nothing
                    # was under way tells that nothing is left.
                    was_quiet = not self._sending and not self._unsettled
                    room = self._most_claimed - len(self._sending)
                    found: int | None = 0
                    again_at: datetime | None = None
                    if room > 0 and self._healthy:
                        found, again_at = await self._claim_and_start(threads, room)
                    failures = failures + 1 if found is None else 0
                    if until_idle and failures > len(BACKOFF_SECONDS):
                        raise StoreError("the database did not let anything be claimed; nothing more was sent")
                    if found and not stop.is_set():
                        continue
                    if until_idle and was_quiet and found == 0 and again_at is None and self._healthy:
                        return
                    await self._pause(stopped, found, again_at, failures)
            finally:
                stopped.cancel()
                await self._drain(threads)
                settler.cancel()
                with suppress(asyncio.CancelledError):
                    await settler

    async def _pause(
        self, stopped: asyncio.Task[Any], found: int | None, again_at: datetime | None, failures: int
    ) -> None:
        seconds = self._poll_seconds
        if found is None:
            seconds = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
        elif again_at is not None:
            seconds = min(seconds, max((again_at - self._clock()).total_seconds(), 0.01))
        waker = asyncio.create_task(self._wake.wait())
        await asyncio.wait({stopped, waker}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waker.cancel()

    async def _claim_and_start(self, threads: ThreadPoolExecutor, room: int) -> tuple[int | None, datetime | None]:
        """Claim, make the bytes, start sending. Returns how many; None when the database did not let us."""
        claimed: list[Claimed] = []
        try:
            claimed, again_at = await _in_thread(threads, partial(self._queue.claim, limit=room, owner=self._owner))
            ready = self._rendered(claimed)
            made = [(one, body.media_type, body.body) for one, body in ready if one.body is None]
            if made:
                await _in_thread(threads, partial(self._queue.keep, made))
        except MonitorError as error:
            log.warning("nothing can be sent now: %s", error)
            return None, None
        for one, body in ready:
            task = asyncio.create_task(self._send(one, body))
            self._sending[task] = one
            task.add_done_callback(self._sent)
        return len(claimed), again_at

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)

    def _rendered(self, claimed: Sequence[Claimed]) -> list[tuple[Claimed, Rendered]]:
        ready: list[tuple[Claimed, Rendered]] = []
        same: dict[tuple[str, str, bool], Rendered] = {}
        for one in claimed:
            if one.body is not None and one.media_type is not None:
                ready.append((one, Rendered(media_type=one.media_type, body=one.body)))
                continue
            # Programs all get the same bytes of an event, which goes by its own id.
            key = (one.subscription.kind, one.delivery.message_id, one.plain)
            try:
                body = same[key] = same.get(key) or self._render(one, self._clock())
                ready.append((one, body))
            except Exception:  # One message that cannot be made must not stop the others.
                log.exception("delivery %s cannot be rendered", one.delivery.id)
                verdict = Verdict(outcome="dead", reason="unrenderable", detail="the message could not be made")
                self._note(one, verdict, Answer(), self._clock(), 0)
        return ready

    async def _send(self, claimed: Claimed, rendered: Rendered) -> None:
        """One attempt in a slot, or none at all when we are stopping."""
        async with self._slots:
            if self._stopping:
                self._unsent.append(claimed)
                return
            await self._attempt(claimed, rendered)

    async def _attempt(self, claimed: Claimed, rendered: Rendered) -> None:
        """One attempt, from the start to a verdict in the queue of results; whatever happens, there is a verdict."""
        started_at, started = self._clock(), monotonic()
        answer = Answer()
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                answer, verdict = await self._try(claimed, rendered, started_at)
        except TimeoutError:
            verdict = Verdict(outcome="retry", reason="timeout", detail="the attempt took too long")
        except Exception:
            log.exception("delivery %s: the attempt failed in our own code", claimed.delivery.id)
            verdict = Verdict(outcome="retry", reason="internal", detail="our own code failed; see the log")
        self._note(claimed, verdict, answer, started_at, int((monotonic() - started) * 1000))

    async def _try(self, claimed: Claimed, rendered: Rendered, at: datetime) -> tuple[Answer, Verdict]:
        kind = KINDS.get(claimed.subscription.kind)
        if claimed.destination is None:
            detail = "the address cannot be decrypted; was SECRET_KEY changed?"
            return Answer(), Verdict(outcome="denied", reason="undecryptable", detail=detail)
        if kind is None:
            return Answer(), Verdict(outcome="denied", reason="unknown_kind", detail="this program has no such channel")
        parcel = Parcel(
            message_id=claimed.delivery.message_id, rendered=rendered, destination=claimed.destination, at=at
        )
        answer = await kind.send(parcel, self._carriers)
        return answer, kind.classify(answer)

    def _note(
        self, claimed: Claimed, verdict: Verdict, answer: Answer, started_at: datetime, milliseconds: int
    ) -> None:
        hidden = secrets_of(claimed.destination) if claimed.destination is not None else ()
        detail = verdict.detail
        if answer.location is not None:
            detail = f"{detail or ''} (Location: {answer.location[:300]})".strip()
        attempt = Attempt(
            number=claimed.delivery.attempts,
            started_at=started_at,
            milliseconds=milliseconds,
            status=answer.status,
            outcome=verdict.outcome if verdict.outcome in ("delivered", "accepted") else verdict.reason,
            detail=redact(detail, hidden) if detail else None,
            answer=redact(answer.text, hidden),
            truncated=answer.truncated,
            address=answer.address,
        )
        self.tally.count(verdict.outcome)
        level = logging.INFO if verdict.outcome in ("delivered", "accepted") else logging.WARNING
        log.log(
            level,
            "delivery %s to %s %s: %s, attempt %d, %d ms",
            claimed.delivery.id,
            claimed.subscription.kind,
            claimed.subscription.id,
            attempt.outcome,
            attempt.number,
            milliseconds,
        )
        self._unsettled += 1
        self._results.put_nowait((claimed, attempt, self._decide(verdict)))

    def _decide(self, verdict: Verdict) -> Decide:
        random = self._random.random()

        def decide(health: Health, *, tries: int, plain: bool, due_at: datetime, now: datetime) -> Settlement:
            return settle(verdict, health, tries=tries, plain=plain, due_at=due_at, now=now, random=random)

        return decide

    async def _settle_results(self, threads: ThreadPoolExecutor) -> None:
        """Write results as they come, all that have come in the meantime together, until cancelled."""
        while True:
            group = [await self._results.get()]
            while not self._results.empty():
                group.append(self._results.get_nowait())
            await self._settle_group(threads, group)
            self._unsettled -= len(group)
            self._wake.set()

    async def _settle_group(self, threads: ThreadPoolExecutor, group: list[Tried]) -> None:
        """Settle a group; while the database does not let us, nothing more is claimed."""
        tries = 0
        while True:
            try:
                await _in_thread(threads, partial(self._queue.finish, group))
                self._healthy = True
            except MonitorError as error:
                self._healthy = False
                log.warning("%d results cannot be settled yet: %s", len(group), error)
                await asyncio.sleep(BACKOFF_SECONDS[min(tries, len(BACKOFF_SECONDS) - 1)])
                tries += 1
            except Exception:
                if len(group) == 1:
                    # Its lease will run out, and it will be tried again; the others must not suffer.
                    log.exception("delivery %s cannot be settled", group[0][0].delivery.id)
                    return
                for one in group:
                    await self._settle_group(threads, [one])
                return
            else:
                return

    async def _drain(self, threads: ThreadPoolExecutor) -> None:
        """Let what is under way come to its end, within bounds; give back what does not."""
        self._stopping = True
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=STOP_SECONDS)
        late = dict(self._sending)
        for task in late:
            task.cancel()
        deadline = monotonic() + 5
        while self._unsettled and monotonic() < deadline:
            await asyncio.sleep(0.01)
        left = [*late.values(), *self._unsent]
        if left:
            with suppress(MonitorError):
                await _in_thread(threads, partial(self._queue.release, left))


async def _in_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, work)
