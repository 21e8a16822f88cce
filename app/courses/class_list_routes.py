"""Endpoints of class lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, File, Form, Request

from app.accounts.mail import send_all
from app.courses import class_list
from app.courses.access import Teacher
from app.courses.class_list_schemas import ClassListApplied, ClassListPreview
from app.courses.routes import SENDING
from app.db.session import SessionDep
from app.errors import AddressTaken, ClassListChanged, documented

router = APIRouter(prefix="/api/v1/courses/{course_id}/class-list", tags=["courses"])

ListFile = Annotated[
    bytes,
    File(
        description="CSV; columns email and, where there are any, name, section, role, "
        "student_number. At most 512 KiB and 5,000 rows"
    ),
]
CreateAccounts = Annotated[
    bool, Form(description="make accounts rather than invite people; for admins of the service")
]


@router.post("/preview", responses=documented(*SENDING))
async def preview_class_list(
    request: Request,
    session: SessionDep,
    who: Teacher,
    file: ListFile,
    create_accounts: CreateAccounts = False,
) -> ClassListPreview:
    """What applying a class list would do: for each row, what becomes of it, and for each that
    is wrong, its line and why. Nothing is written."""
    return await class_list.preview(session, request.app.state.settings, who, file, create_accounts)


@router.post("", responses=documented(*SENDING, ClassListChanged, AddressTaken))
async def apply_class_list(
    request: Request,
    session: SessionDep,
    who: Teacher,
    background: BackgroundTasks,
    file: ListFile,
    digest: Annotated[str, Form(max_length=100, description="of the preview of this file")],
    create_accounts: CreateAccounts = False,
) -> ClassListApplied:
    """Do what the preview said, and nothing else: where that would be something else by now, say
    so. Rows that are wrong are left out."""
    settings = request.app.state.settings
    applied = await class_list.apply(session, settings, who, file, digest, create_accounts)
    background.add_task(send_all, settings, applied.mails)
    return applied.report
