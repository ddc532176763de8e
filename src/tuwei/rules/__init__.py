"""Rules as code: which rung an enterprise stands on, what it can claim, and what one change would turn the verdict.

Statutes are dated, cited parameters (``data/*.yaml``) and one formula each (``statutes/*.py``). Arithmetic is exact;
a verdict is yes, no or unknown, or ``no_rule_in_force``; it is made on the legal date of the act.

Examples
--------
>>> found = assess("tech_sme", {"registered_in_mainland": True, "employees": 501}, "2024-03-01")
>>> found.verdict, [row.condition.id for row in found.conditions if row.verdict == 0]
('no', ['size'])
"""

from __future__ import annotations

from tuwei.rules._assess import Assessment, assess, check, facts_of
from tuwei.rules._bulk import Bulk, bulk, columns_of
from tuwei.rules._facts import Fact
from tuwei.rules._files import FactsFile, facts_file
from tuwei.rules._plan import Plan, plan, plan_faults
from tuwei.rules._programmes import ProgrammeResult, programme_results
from tuwei.rules._report import report
from tuwei.rules._run import BulkRun, bulk_file
from tuwei.rules._statutes import RuleInfo, Statutes, listed, load
from tuwei.rules._whatif import WhatIf, assumed, whatif
from tuwei.rules._yearly import assemble, yearly_table

__all__ = [
    "Assessment", "Bulk", "BulkRun", "Fact", "FactsFile", "Plan", "ProgrammeResult", "RuleInfo", "Statutes", "WhatIf",
    "assemble", "assess", "assumed", "bulk", "bulk_file", "check", "columns_of", "facts_file", "facts_of", "listed", "load", "plan", "plan_faults",
    "programme_results", "report", "whatif", "yearly_table",
]  # fmt: skip
