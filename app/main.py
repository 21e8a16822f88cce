"""Builds the web application."""

from __future__ import annotations

import importlib.metadata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import URL
from starlette.staticfiles import StaticFiles

from app import docs, error_handlers, health, metrics, openapi
from app.access_log import AccessLog
from app.accounts.credential_routes import router as credentials_router
from app.accounts.oidc_routes import router as identities_router
from app.accounts.people_routes import router as people_router
from app.accounts.routes import router as accounts_router
from app.assignments.grants_routes import router as grants_router
from app.assignments.routes import router as assignments_router
from app.assignments.snapshots import store_packages
from app.body_limit import BodyLimit
from app.catalog.packages import fill_shelf, shelf
from app.catalog.routes import router as catalog_router
from app.catalog.service import seed_problems
from app.courses.class_list_routes import router as class_list_router
from app.courses.copying_routes import router as copying_router
from app.courses.joining_routes import router as course_joining_router
from app.courses.notices_routes import router as notices_router
from app.courses.people_routes import router as course_people_router
from app.courses.routes import router as courses_router
from app.csrf import CrossSiteProtection
from app.db.engine import Database
from app.errors import Invalid, Unavailable, documented
from app.gradebook.comments_routes import router as comments_router
from app.gradebook.exports_routes import router as exports_router
from app.gradebook.own_routes import router as own_grades_router
from app.gradebook.regrades_routes import router as regrades_router
from app.gradebook.routes import router as gradebook_router
from app.headers import SecurityHeaders
from app.rejudge.attempts_routes import router as attempts_router
from app.rejudge.routes import router as rejudge_router
from app.settings import Settings, use_settings
from app.submissions.notifications import Notifications
from app.submissions.routes import router as submissions_router
from app.web.account import router as account_pages
from app.web.admin import router as admin_pages
from app.web.assignments import router as assignment_pages
from app.web.attempts import router as attempt_pages
from app.web.comments import router as comment_pages
from app.web.course_people import router as course_people_pages
from app.web.course_settings import router as course_settings_pages
from app.web.courses import router as course_pages
from app.web.extensions import router as extension_pages
from app.web.gradebook import router as gradebook_pages
from app.web.gradebook_cell import router as gradebook_cell_pages
from app.web.joining import router as joining_pages
from app.web.notices import router as notice_pages
from app.web.oidc import router as oidc_pages
from app.web.regrades import router as regrade_pages
from app.web.rejudges import router as rejudge_pages
from app.web.routes import router as web_router

_STATIC = Path(__file__).parent / "web" / "static"


def create_app(settings: Settings, url: URL) -> FastAPI:
    """The application on a migrated database."""
    use_settings(settings)
    app = FastAPI(
        title="Jurax",
        description="A self-hosted judge for JAX exercises. Errors are problem documents "
        "(RFC 9457, `application/problem+json`) whose `detail` says what to do.",
        version=importlib.metadata.version("jurax"),
        docs_url=None,
        redoc_url=None,
        openapi_url=docs.OPENAPI_URL,
        responses=documented(Invalid, Unavailable),
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.database = Database(url)
    app.state.notifications = Notifications(app.state.database.conninfo)
    error_handlers.install(app)
    openapi.install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(CrossSiteProtection, settings=settings)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(AccessLog)
    for router in (
        accounts_router,
        credentials_router,
        identities_router,
        people_router,
        catalog_router,
        submissions_router,
        assignments_router,
        grants_router,
        course_joining_router,
        courses_router,
        course_people_router,
        class_list_router,
        copying_router,
        notices_router,
        comments_router,
        exports_router,
        regrades_router,
        gradebook_router,
        own_grades_router,
        rejudge_router,
        attempts_router,
        health.router,
        metrics.router,
        docs.router,
        account_pages,
        assignment_pages,
        extension_pages,
        gradebook_pages,
        gradebook_cell_pages,
        joining_pages,
        course_pages,
        course_settings_pages,
        course_people_pages,
        admin_pages,
        oidc_pages,
        comment_pages,
        notice_pages,
        regrade_pages,
        rejudge_pages,
        attempt_pages,
        web_router,
    ):
        app.include_router(router)
    if _STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    database: Database = app.state.database
    fill_shelf(app.state.settings.problems_dir)
    async with database.session() as session:
        await seed_problems(session, shelf())
        await store_packages(session, shelf())
    app.state.notifications.start()
    try:
        yield
    finally:
        await app.state.notifications.stop()
        await database.close()
