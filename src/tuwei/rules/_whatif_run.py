"""What a change of the rules would do to the enterprises of a table: chunk by chunk, who moves, what it costs."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.money import format_yuan, yuan_text
from tuwei.core.tables import Rejects
from tuwei.rules._assess import legal_date
from tuwei.rules._outcome import Out
from tuwei.rules._parameters import Layer
from tuwei.rules._population import Chunk, asked_columns, chunks
from tuwei.rules._run import refuse_empty, refused_rows, rejects_path, whose
from tuwei.rules._sinks import Sink, sink_for
from tuwei.rules._statutes import Statutes, load
from tuwei.rules._whatif import Cost, WhatIf, whatif


@dataclass
class WhatIfRun:
    """The whole population before and after the change."""

    rule: str
    on: datetime.date
    rows: int = 0
    rejected: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    costs: dict[str, Cost] = field(default_factory=dict)
    out: Path | None = None
    rejects: Path | None = None

    @property
    def change(self) -> int:
        """What it costs in all, in 分."""
        return sum(cost.after - cost.before for cost in self.costs.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return {
            "rule": self.rule,
            "on": self.on.isoformat(),
            "rows": self.rows,
            "rejected": self.rejected,
            "before": dict(sorted(self.before.items())),
            "after": dict(sorted(self.after.items())),
            "moves": [
                {"from": old, "to": new, "rows": rows} for (old, new), rows in sorted(self.moves.items())
            ],
            "costs": [cost.as_dict() for cost in self.costs.values()],
            "change_fen": self.change,
            "change_yuan": yuan_text(self.change),
            "out": str(self.out) if self.out else None,
            "rejects": str(self.rejects) if self.rejects else None,
        }

    def add(self, found: WhatIf) -> None:
        """Add a chunk."""
        for counts, one in ((self.before, found.before), (self.after, found.after)):
            counts.update(str(verdict) for verdict in one.verdict if verdict)
        self.moves.update(found.moves)
        for cost in found.costs:
            whole = self.costs.setdefault(cost.id, Cost(cost.id, cost.zh, cost.en, 0, 0))
            whole.before += cost.before
            whole.after += cost.after
            whole.unknown += cost.unknown


def whatif_file(
    rule: str,
    table: Path,
    on: datetime.date | str,
    layers: Sequence[Layer],
    out: Path | None = None,
    statutes: Statutes | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> WhatIfRun:
    """Judge the enterprises of a table by a rule as it is and as it would be.

    Parameters
    ----------
    rule, table, on, statutes, progress
        As for `tuwei.rules._run.bulk_file`.
    layers
        What is assumed, the last on top: overlays read, `tuwei.rules.assumed`.
    out
        Who moves: CSV, xlsx or Parquet; with it rows with a fault lie beside, else they are only counted.
    """
    statutes, day, layer = statutes or load(), legal_date(on), merged(layers)
    asked = asked_columns(rule, day, statutes, others=True)
    run = WhatIfRun(rule, day, out=out)
    with ExitStack() as stack:
        refused = rejects_path(table, out) if out else None
        sink = stack.enter_context(sink_for(out)) if out else None
        rejects = stack.enter_context(Rejects(refused, asked.nested)) if refused else None
        for chunk in chunks(table, asked, progress):
            columns = {**chunk.columns, "id": np.zeros(len(chunk.numbers), np.int8)}
            found = whatif(rule, columns, day, layer, statutes)
            run.add(found)
            run.rows += chunk.rows
            run.rejected += len(chunk.rejects) + len(found.before.faults)
            _keep(chunk, found, table.name, sink, rejects)
        refuse_empty(run.rows, table.name)
    run.rejects = refused if run.rejected else None
    return run


def merged(layers: Sequence[Layer]) -> Layer:
    """Return one layer for several, the last on top."""
    whole = Layer("what-if", ", ".join(layer.file for layer in layers))
    for layer in layers:
        for part in ("in_force", "parameters", "conditions"):
            rows = getattr(whole, part)
            rows.update({id: [*listed, *rows.get(id, [])] for id, listed in getattr(layer, part).items()})
        for part in ("rules", "entries", "quantities", "documents"):
            getattr(whole, part).update(getattr(layer, part))
        whole.programmes += layer.programmes
    return whole


def _keep(chunk: Chunk, found: WhatIf, file: str, sink: Sink | None, rejects: Rejects | None) -> None:
    """Write who moves, and the rows with a fault."""
    if sink is None or rejects is None:
        return
    verdicts = (Out("before", "text", found.before.verdict), Out("after", "text", found.after.verdict))
    sink.write([one.take(found.moved) for one in (*whose(chunk), *verdicts)])
    for row in refused_rows(chunk, found.before.faults, file):
        rejects.add(row)


def whatif_lines(run: WhatIfRun, english: bool) -> Iterator[str]:
    """Yield what was found, for a terminal."""
    told = ", ".join(
        f"{verdict} {run.before[verdict]}→{run.after[verdict]}"
        for verdict in sorted({*run.before, *run.after})
    )
    yield (
        f"{run.rule} {run.on}: {run.rows} rows; {told}"
        if english
        else f"{run.rule} {run.on}：{run.rows} 行；{told}"
    )
    for (old, new), rows in sorted(run.moves.items()):
        yield f"  {old} → {new}: {rows}" if english else f"  {old} → {new}：{rows} 家"
    if not run.moves:
        yield "  nobody moves" if english else "  没有企业的结论变化"
    for cost in run.costs.values():
        name, change = (
            (cost.en if english else cost.zh),
            format_yuan(cost.after - cost.before, "en" if english else "zh"),
        )
        yield f"  {name}: {change}" if english else f"  {name}：{change}"
    if run.costs:
        whole = format_yuan(run.change, "en" if english else "zh")
        yield f"  in all: {whole} a year more" if english else f"  合计增加：{whole}"
    if run.out:
        yield str(run.out)
