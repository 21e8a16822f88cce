"""Courses, assignments, grades, and what people do to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_constraint(op.f("ck_api_tokens_scopes"), "api_tokens")
    # Tokens that could do all that their person may still can.
    op.execute(
        "UPDATE api_tokens SET scopes = scopes || '{teach}'"
        " WHERE scopes @> '{read,submit,account,admin}'"
    )
    op.create_check_constraint(
        op.f("ck_api_tokens_scopes"),
        "api_tokens",
        "scopes <@ ARRAY['read', 'submit', 'teach', 'account', 'admin'] AND scopes <> '{}'",
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("runtime", sa.Text(), nullable=True),
        sa.Column("join_code", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("late_days BETWEEN 0 AND 1000", name=op.f("ck_courses_late_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("join_code", name=op.f("uq_courses_join_code")),
    )
    op.create_table(
        "grade_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("problem_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("points_before", sa.Double(), nullable=True),
        sa.Column("points_after", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_changes")),
    )
    op.create_index(
        "ix_grade_changes_course_id_id", "grade_changes", ["course_id", "id"], unique=False
    )
    op.create_index(
        "ix_grade_changes_problem_id_person_id_id",
        "grade_changes",
        ["problem_id", "person_id", "id"],
        unique=False,
    )
    op.create_table(
        "package_snapshots",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_package_snapshots")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("plan_policy", sa.Text(), nullable=False),
        sa.Column("practice_after_end", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pseudonym_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "feedback IN ('now', 'after_due', 'after_publishing')",
            name=op.f("ck_assignments_feedback"),
        ),
        sa.CheckConstraint(
            "plan_policy IN ('shared', 'fresh')", name=op.f("ck_assignments_plan_policy")
        ),
        sa.CheckConstraint(
            "opens_at <= due_at AND due_at <= late_until AND opens_at <= late_until"
            " AND (late_until IS NULL OR due_at IS NOT NULL)",
            name=op.f("ck_assignments_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_assignments_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_course_id"), "assignments", ["course_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_notices_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_person_id_created_at", "notices", ["person_id", "created_at"], unique=False
    )
    op.create_table(
        "rejudges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("package_sha256", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('judging', 'ready', 'applied', 'discarded')",
            name=op.f("ck_rejudges_status"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_rejudges_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_rejudges_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["package_sha256"],
            ["package_snapshots.sha256"],
            name=op.f("fk_rejudges_package_sha256"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudges")),
    )
    op.create_index(op.f("ix_rejudges_course_id"), "rejudges", ["course_id"], unique=False)
    op.create_table(
        "sections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_sections_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_sections_course_id_id")),
        sa.UniqueConstraint("course_id", "name", name=op.f("uq_sections_course_id_name")),
    )
    op.create_table(
        "assignment_problems",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("problem_slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("package_sha256", sa.Text(), nullable=False),
        sa.Column("plan_seed", sa.BigInteger(), nullable=False),
        sa.Column("hidden_groups", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND points <= 1000000", name=op.f("ck_assignment_problems_points")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_assignment_problems_assignment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["package_sha256"],
            ["package_snapshots.sha256"],
            name=op.f("fk_assignment_problems_package_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["problem_slug"],
            ["problems.slug"],
            name=op.f("fk_assignment_problems_problem_slug"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_problems")),
        sa.UniqueConstraint(
            "assignment_id",
            "problem_slug",
            name=op.f("uq_assignment_problems_assignment_id_problem_slug"),
        ),
    )
    op.create_index(
        op.f("ix_assignment_problems_assignment_id"),
        "assignment_problems",
        ["assignment_id"],
        unique=False,
    )
    op.create_table(
        "course_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("student_number", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_invitations_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["sections.id"],
            name=op.f("fk_course_invitations_section_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_invitations")),
        sa.UniqueConstraint(
            "course_id", "email", name=op.f("uq_course_invitations_course_id_email")
        ),
    )
    op.create_index(
        op.f("ix_course_invitations_email"), "course_invitations", ["email"], unique=False
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("student_number", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'instructor', 'grader', 'observer', 'student')",
            name=op.f("ck_enrolments_role"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "section_id"],
            ["sections.course_id", "sections.id"],
            name=op.f("fk_enrolments_course_id_section_id"),
            ondelete="SET NULL (section_id)",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_enrolments_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint(
            "course_id", "person_id", name=op.f("uq_enrolments_course_id_person_id")
        ),
    )
    op.create_index(op.f("ix_enrolments_person_id"), "enrolments", ["person_id"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("later_by", sa.Interval(), nullable=True),
        sa.Column("more_attempts", sa.Integer(), nullable=False),
        sa.Column("no_penalty", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "assignment_id IS NOT NULL OR due_at IS NULL", name=op.f("ck_grants_due_of_assignment")
        ),
        sa.CheckConstraint(
            "more_attempts BETWEEN 0 AND 10000", name=op.f("ck_grants_more_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_grants_assignment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_grants_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name=op.f("fk_grants_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_assignment_id"), "grants", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_grants_course_id"), "grants", ["course_id"], unique=False)
    op.create_table(
        "adjustments",
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_adjustments_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_adjustments_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["assignment_problems.id"],
            name=op.f("fk_adjustments_problem_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("problem_id", "person_id", name=op.f("pk_adjustments")),
    )
    op.create_index(op.f("ix_adjustments_person_id"), "adjustments", ["person_id"], unique=False)
    op.create_table(
        "grant_members",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_grant_members_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_members_grant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "enrolment_id", name=op.f("pk_grant_members")),
    )
    op.create_index(
        op.f("ix_grant_members_enrolment_id"), "grant_members", ["enrolment_id"], unique=False
    )
    op.create_table(
        "code_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("line >= 1", name=op.f("ck_code_comments_line")),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["people.id"],
            name=op.f("fk_code_comments_author_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_code_comments_submission_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_comments")),
    )
    op.create_index(
        op.f("ix_code_comments_submission_id"), "code_comments", ["submission_id"], unique=False
    )
    op.create_table(
        "grades",
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("paid_days", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Double(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("judging", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_grades_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["assignment_problems.id"],
            name=op.f("fk_grades_problem_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_grades_submission_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("problem_id", "person_id", name=op.f("pk_grades")),
    )
    op.create_index(op.f("ix_grades_person_id"), "grades", ["person_id"], unique=False)
    op.create_table(
        "regrade_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_regrade_requests_answer")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["people.id"],
            name=op.f("fk_regrade_requests_answered_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_regrade_requests_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["assignment_problems.id"],
            name=op.f("fk_regrade_requests_problem_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_regrade_requests_submission_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_requests")),
    )
    op.create_index(
        op.f("ix_regrade_requests_person_id"), "regrade_requests", ["person_id"], unique=False
    )
    op.create_index(
        "uq_regrade_requests_open",
        "regrade_requests",
        ["problem_id", "person_id"],
        unique=True,
        postgresql_where="answered_at IS NULL",
    )
    op.add_column(
        "attempts", sa.Column("counts", sa.Boolean(), nullable=False, server_default="true")
    )
    op.alter_column("attempts", "counts", server_default=None)
    op.add_column("attempts", sa.Column("rejudge_id", sa.Uuid(), nullable=True))
    op.add_column("attempts", sa.Column("package_sha256", sa.Text(), nullable=True))
    op.create_index(op.f("ix_attempts_rejudge_id"), "attempts", ["rejudge_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_attempts_package_sha256"),
        "attempts",
        "package_snapshots",
        ["package_sha256"],
        ["sha256"],
    )
    op.create_foreign_key(
        op.f("fk_attempts_rejudge_id"),
        "attempts",
        "rejudges",
        ["rejudge_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.add_column("submissions", sa.Column("assignment_problem_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_submissions_assignment_problem_id_person_id",
        "submissions",
        ["assignment_problem_id", "person_id"],
        unique=False,
        postgresql_where="assignment_problem_id IS NOT NULL",
    )
    op.create_foreign_key(
        op.f("fk_submissions_assignment_problem_id"),
        "submissions",
        "assignment_problems",
        ["assignment_problem_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_grade_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'entries of the log of grades are neither changed nor deleted';
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER grade_changes_stay
        BEFORE UPDATE OR DELETE OR TRUNCATE ON grade_changes
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_grade_log()
        """
    )
    op.execute(
        """
        CREATE FUNCTION tell_of_grades() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify(
                'jurax_grades',
                assignments.course_id || ' ' || changed.problem_id || ' ' || changed.person_id
            )
            FROM changed
            JOIN assignment_problems ON assignment_problems.id = changed.problem_id
            JOIN assignments ON assignments.id = assignment_problems.assignment_id;
            RETURN NULL;
        END
        $$
        """
    )
    for table in ("grades", "adjustments"):
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER {table}_told_of_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS changed"
                " FOR EACH STATEMENT EXECUTE FUNCTION tell_of_grades()"
            )
