"""What a worker judges at once: one slot is kept for what somebody waits for."""

from __future__ import annotations

import asyncio
import uuid

import procrastinate

from app.settings import get_settings
from app.worker import heartbeat
from app.worker.judging import Judging
from app.worker.queue import JUDGE_ATTEMPT, JUDGING_QUEUE, REJUDGING_QUEUE, queue, slots_for_all

# How long a judging may go on after the order to stop; what is cut short is judged again later.
_GRACE_SECONDS = 3.0
_POLL_SECONDS = 1.0


async def take_attempts(judging: Judging, slots: int) -> None:
    """Take attempts from the queue until cancelled, so many at once. All slots but one also take
    what nobody waits for, where they find nothing else: whoever submits finds that one free,
    however long a rejudge is. A single slot takes both."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_take([JUDGING_QUEUE, REJUDGING_QUEUE], slots_for_all(slots), judging))
        if slots > 1:
            group.create_task(_take([JUDGING_QUEUE], slots - slots_for_all(slots), judging))


@queue.task(name=JUDGE_ATTEMPT, pass_context=True)
async def judge_attempt(context: procrastinate.JobContext, attempt_id: str) -> None:
    """The job of an attempt."""
    judging: Judging = context.additional_context["judging"]
    await judging.judge_attempt(uuid.UUID(attempt_id))


async def _take(queues: list[str], slots: int, judging: Judging) -> None:
    await queue.run_worker_async(
        queues=queues,
        concurrency=slots,
        fetch_job_polling_interval=_POLL_SECONDS,
        update_heartbeat_interval=heartbeat.INTERVAL_SECONDS,
        stalled_worker_timeout=get_settings().worker_silence_seconds,
        shutdown_graceful_timeout=_GRACE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
        additional_context={"judging": judging},
    )
