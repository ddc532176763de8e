"""How fast a table of needs comes in: read, checked, clarified, stored, with its rejects; and the same table again.

    .venv/bin/python benchmarks/import_table.py --data /tmp/tuwei-import [--rows 100000] [--ending csv] [--rival]

``--database postgresql://…`` in place of SQLite. ``--rival`` (extra ``bench``) measures django-import-export beside
it on the same rows in the same database, in bulk mode with its diffs off. It does less: no figures out of text, no
score, no search tokens, no rejects file, no resuming; the ratio says what those cost.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BROKEN = 1000  # every so-manieth row has a fault


def main() -> None:
    """Write a table, import it, import it again, and beside it the rival."""
    options = _options()
    os.environ["TUWEI_DATA"] = str(options.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuwei.web.settings"
    if options.database:
        os.environ["TUWEI_DATABASE_URL"] = options.database
    for command in (("migrate",), ("pack", "load", "hohhot")):
        subprocess.run([sys.executable, "-m", "tuwei", *command], check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    path = options.data / f"needs.{options.ending}"
    written = _timed("written", options.rows, lambda: _write(path, options.rows))
    print(f"{path.name}: {written:,} rows, {path.stat().st_size / 2**20:.0f} MiB")
    for title in ("first import", "the same again"):
        print("  ", _timed(title, options.rows, lambda: _import(path)))
    if options.rival:
        print("  ", _timed("django-import-export", options.rows, lambda: _rival(options.rows)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--ending", choices=("csv", "xlsx", "jsonl"), default="csv")
    parser.add_argument("--rival", action="store_true")
    return parser.parse_args()


def _timed(title: str, rows: int, work: Any) -> Any:
    start, own = time.perf_counter(), time.process_time()
    result = work()
    took = time.perf_counter() - start
    print(
        f"{title:<22}{took:8.1f} s  {rows / took:8.0f} rows/s  ({time.process_time() - own:.1f} s of this process)"
    )
    return result


def _rows(count: int) -> Iterator[dict[str, Any]]:
    """Needs put together from two of the pack's samples each, every thousandth with a fault."""
    from tuwei.web.market.models import Need
    from tuwei.web.market.selectors.records_need import need_record
    from tuwei.web.market.specs.need import READ_ONLY

    samples = Need.objects.filter(source__startswith="pack:", is_sample=True)
    likes = [
        need_record(need) for need in samples.select_related("organisation").prefetch_related("indicators")
    ]
    chance = random.Random(11)
    for number in range(1, count + 1):
        row = {name: value for name, value in chance.choice(likes).items() if name not in READ_ONLY}
        row |= {"id": f"B{number}", "title": f"{row['title'][:100]}（第{number}号）"}
        row["problem"] += chance.choice(likes)["problem"]
        yield row | ({"organisation": "nobody"} if number % BROKEN == 0 else {})


def _write(path: Path, count: int) -> int:
    from tuwei.core.tables import write_rows
    from tuwei.web.market.specs.common import measures_text
    from tuwei.web.market.specs.need import NEED

    return write_rows(
        path, NEED, ({**row, "indicators_text": measures_text(row.pop("indicators"))} for row in _rows(count))
    )


def _import(path: Path) -> dict[str, Any]:
    from tuwei.web.accounts.models import User
    from tuwei.web.base import jobs
    from tuwei.web.market.services.importing import import_start

    made = {"name": "benchmark", "role": "officer", "is_active": True}
    officer = User.objects.get_or_create(email="import@example.org", defaults=made)[0]
    with path.open("rb") as file:
        job = import_start(actor=officer, kind="need", file=file, name=path.name)
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return dict(job.result or job.error)


def _rival(count: int) -> dict[str, int]:
    from import_export import fields, resources, widgets
    from tablib import Dataset

    from tuwei.web.accounts.models import Organisation
    from tuwei.web.market.models import Need

    columns = ("source", "source_id", "title", "problem", "object", "function", "constraints", "tried_routes",
               "deadline", "ip_ownership", "contact_name", "field", "industry", "region")  # fmt: skip

    class Needs(resources.ModelResource):
        organisation = fields.Field(
            column_name="organisation",
            attribute="organisation",
            widget=widgets.ForeignKeyWidget(Organisation, "name"),
        )

        class Meta:
            model = Need
            fields = (*columns, "organisation")
            import_id_fields = ("source", "source_id")
            use_bulk = True
            batch_size = 1000
            skip_diff = True
            skip_html_diff = True
            report_skipped = False

    table = Dataset(headers=[*columns, "organisation"])
    for row in _rows(count):
        table.append(["rival", row["id"], *(row[name] or "" for name in columns[2:]), row["organisation"]])
    result = Needs().import_data(table, dry_run=False, raise_errors=False, collect_failed_rows=False)
    return dict(result.totals)


if __name__ == "__main__":
    main()
