"""What PostgreSQL spent its time on, by pg_stat_statements."""

from __future__ import annotations

import json

from .watch import words

# Told apart by the beginning: the texts are long, and hold no values.
HEAVIEST = """
    SELECT coalesce(json_agg(row), '[]') FROM (
        SELECT regexp_replace(left(query, 400), '\\s+', ' ', 'g') AS query, calls, total_exec_time AS ms, rows
        FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
        WHERE d.datname = current_database() ORDER BY total_exec_time DESC LIMIT 12
    ) AS row"""


class Statements:
    """The statements of one run, asked as the database's owner."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, statement: str) -> str:
        return words("psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement).strip()

    def analyze(self) -> None:
        """As autovacuum does it a minute after many rows came."""
        self.ask("VACUUM (ANALYZE)")
        self.ask("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def reset(self) -> None:
        """Only what comes now counts."""
        self.ask("SELECT pg_stat_statements_reset()")

    def heaviest(self) -> list[dict[str, object]]:
        """Those that took most time in total."""
        return json.loads(self.ask(HEAVIEST))
