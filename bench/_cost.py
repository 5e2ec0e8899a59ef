"""What a piece of work costs: processor time here and in the database, and how many SQL statements."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass
class Cost:
    """Milliseconds of processor time; `wall_ms` includes waiting."""

    web_ms: float = 0
    database_ms: float = 0
    wall_ms: float = 0
    sql: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.database_ms


def backends() -> list[int]:
    """Process numbers of the server's processes that work for this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def on_processor_ms(pids: list[int]) -> float:
    """Time those processes spent on a processor so far; what Linux does not tell counts nothing."""
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
    return total / 1e6


@contextmanager
def measured(pids: list[int]) -> Iterator[Cost]:
    """Measure the block, in this thread and in the given server processes."""
    cost = Cost()

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cost.sql += 1
        cost.statements.append(str(sql))
        return execute(sql, params, many, context)

    database, began, wall = on_processor_ms(pids), time.process_time_ns(), time.perf_counter_ns()
    with connection.execute_wrapper(counted):
        yield cost
    cost.web_ms = (time.process_time_ns() - began) / 1e6
    cost.wall_ms = (time.perf_counter_ns() - wall) / 1e6
    cost.database_ms = on_processor_ms(pids) - database
