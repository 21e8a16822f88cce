"""Submissions: taking them in, telling how their judging goes."""
