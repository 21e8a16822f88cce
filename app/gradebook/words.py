"""Grades in words: how points came about."""

from __future__ import annotations

from app.counts import counted


def points_text(points: float | None) -> str:
    """Points as people read them: 8, 7.25; without any, none."""
    return "none" if points is None else f"{points:.4f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share from 0 to 1 as per cent."""
    return f"{points_text(round(share * 100, 2))} %"


def how_late(days_late: int, paid_days: int, kept: float) -> str:
    """What being late did to a submission's points, as the end of a sentence."""
    if days_late == 0:
        return "on time"
    said = f"{counted(days_late, 'day')} late"
    if paid_days:
        said += f", {'all' if paid_days == days_late else paid_days} paid for by late days"
    if kept < 1:
        return f"{said}, which leaves {percent(kept)} of the points"
    return f"{said}, at no cost"


def why_earned(
    score: float | None, most: float, points: float, days_late: int, paid_days: int, kept: float
) -> str:
    """How points earned by the rules came about."""
    if score is None:
        return "No submission counts yet."
    return (
        f"The submission that counts earned {percent(score)} of {points_text(most)} points; it was "
        f"{how_late(days_late, paid_days, kept)}: {points_text(points)} points."
    )
