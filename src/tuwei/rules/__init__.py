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
from tuwei.rules._facts import Fact
from tuwei.rules._statutes import RuleInfo, Statutes, load

__all__ = ["Assessment", "Fact", "RuleInfo", "Statutes", "assess", "check", "facts_of", "load"]
