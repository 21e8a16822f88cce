"""Whether the service lives, and whether it can judge."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import DatabaseDep
from app.worker import heartbeat

router = APIRouter(tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: str = "ok"


class Part(BaseModel):
    """A part of the service: whether it works, and in words."""

    ok: bool
    detail: str


class Ready(BaseModel):
    """Whether submissions are judged now, part by part."""

    ready: bool
    database: Part
    queue: Part
    sandbox: Part


@router.get("/healthz")
async def healthz() -> Live:
    """Whether the process answers."""
    return Live()


@router.get("/readyz", responses={503: {"model": Ready, "description": "A part is missing"}})
async def readyz(database: DatabaseDep, response: Response) -> Ready:
    """Whether submissions are judged now: 503 where one of the parts is missing."""
    unknown = Part(ok=False, detail="not known while the database does not answer")
    try:
        async with database.session() as session:
            workers = await heartbeat.alive(session)
    except (SQLAlchemyError, OSError) as error:
        reason = type(error).__name__
        state = Ready(
            ready=False,
            database=Part(ok=False, detail=f"does not answer ({reason})"),
            queue=unknown,
            sandbox=unknown,
        )
    else:
        state = _state(len(workers), dict(workers[0].sandbox) if workers else {})
    if not state.ready:
        response.status_code = 503
    return state


def _state(workers: int, sandbox: dict[str, str]) -> Ready:
    alive = workers > 0
    detail = ", ".join(f"{layer}: {value}" for layer, value in sandbox.items())
    waiting = "no worker was heard of; `jurax serve` starts one, its log says why it is missing"
    return Ready(
        ready=alive,
        database=Part(ok=True, detail="answers"),
        queue=Part(ok=alive, detail=f"{workers} worker(s) alive" if alive else waiting),
        # A worker registers only once its sandbox runs.
        sandbox=Part(ok=alive, detail=detail or ("in force" if alive else waiting)),
    )
