"""The same roll-up on a Dask cluster: each worker runs the query text with DuckDB on the months it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuwei.core.errors import InputError
from tuwei.potato.lake._ingest import IngestReport
from tuwei.potato.lake._lake import Lake
from tuwei.potato.lake._roll import rolled_month


def roll_up_cluster(
    lake: Path | str, address: str, *, memory: str = "1GB", again: bool = False, report: IngestReport | None = None
) -> IngestReport:  # fmt: skip
    """Roll up a lake's months on a cluster.

    Parameters
    ----------
    lake
        A folder that all workers see under the same path.
    address
        Of a running scheduler, as ``tcp://127.0.0.1:8786``.
    memory
        What DuckDB may take on each worker.
    again
        Roll up every month, not only those with new parts.
    report
        Of :func:`ingest` without its roll-up, to be added to.

    Raises
    ------
    InputError
        ``potato.no_cluster``: the extra is not installed, or no scheduler answers.

    Notes
    -----
    A month is a task. The answer is that of :func:`ingest`, row for row: both run the text ``ROLL_UP``.
    """
    home, found = Lake(Path(lake)), report or IngestReport()
    with home.writing(), _client(address) as client:
        months = home.due() if not again else home.months()
        tasks = {
            month: client.submit(
                _month,
                home.row_files(month),
                home.row_files(month) if again else home.fresh_files(month),
                str(home.daily_file(month)),
                memory,
                pure=False,
            )
            for month in months
        }
        for month, task in tasks.items():
            facts = task.result()
            home.note_rolled(month, {"parts": months[month], **facts})
            found.add(month, facts)
    return found


def _month(parts: list[str], fresh: list[str], target: str, memory: str) -> dict[str, int]:
    """Run on a worker: one month."""
    import duckdb

    spill = Path(target).parent / ".spill"
    with duckdb.connect(config={"memory_limit": memory, "threads": 1, "temp_directory": str(spill)}) as base:
        return rolled_month(base, parts, fresh, Path(target))


def _client(address: str) -> Any:
    try:
        import distributed

        connect: Any = distributed.Client

        return connect(address, timeout="10s", set_as_default=False)
    except (ImportError, OSError, ValueError) as error:
        raise InputError("potato.no_cluster", "连不上集群 {got}；需要 {expected} 和运行中的调度器。", "No cluster at {got}; it needs {expected} and a running scheduler.",
                         field="--cluster", got=address[:80], expected="pip install 'tuwei[cluster]'") from error  # fmt: skip
