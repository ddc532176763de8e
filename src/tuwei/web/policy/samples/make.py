"""Write ``facts.json``: three years of an invented enterprise, one year of invented firms, two visits.

Run ``python src/tuwei/web/policy/samples/make.py`` after a change. Nothing here is taken from a real enterprise. The
first enterprise is a technology-based SME that fails the high-tech test by one figure; the firms show each state
of the 清零 list. Days of the visits count from the day on which the samples are loaded.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("facts.json")
SAME = {
    "founded": "2016-05-20", "registered_in_mainland": True, "industry": "manufacturing", "industrial": True,
    "products_allowed": True, "clean_record": True, "sme_size": True, "core_ip_owned": True,
    "field_in_catalogue": True, "strategic_emerging": False, "high_tech_certificate": False,
    "national_award_top3": False, "provincial_rd_institution": False, "leading_standard_drafter": False,
}  # fmt: skip
YEARS: dict[str, dict[str, Any]] = {
    "2023": {
        "employees": 86, "tech_staff": 14, "sales": "52000000", "main_business_income": "49500000",
        "total_income": "52600000", "high_tech_income": "27800000", "cost_expense": "47800000",
        "total_assets": "68000000", "liabilities": "38000000", "net_assets": "30000000", "rd_expense": "2300000",
        "rd_mainland": "2300000", "ip_class1": 0, "ip_class2": 2, "reported_rd_spending": "2300000",
    },
    "2024": {
        "employees": 92, "tech_staff": 17, "sales": "61000000", "main_business_income": "58200000",
        "total_income": "61500000", "high_tech_income": "34100000", "cost_expense": "55600000",
        "total_assets": "77500000", "liabilities": "44500000", "net_assets": "33000000", "rd_expense": "2950000",
        "rd_mainland": "2950000", "ip_class1": 0, "ip_class2": 3, "reported_rd_spending": "2950000",
    },
    "2025": {
        "employees": 98, "tech_staff": 21, "rd_staff": 15, "sales": "78000000",
        "main_business_income": "75400000", "total_income": "80000000", "high_tech_income": "46200000",
        "cost_expense": "70900000", "total_assets": "93000000", "liabilities": "54500000",
        "net_assets": "38500000", "net_profit": "4100000", "rd_expense": "3600000", "rd_mainland": "3600000",
        "ip_class1": 1, "ip_class1_own": 1, "ip_class2": 4, "conversions": 15, "tech_sme_valid": True,
        "tech_sme": True, "submitted": "2026-03-18", "years_in_segment": 6,
        "expert.advancement": 7, "expert.core_support": 7, "expert.source": 6, "expert.standards": 1,
        "expert.rd_organisation": 15, "items_1_to_5": "3150000", "other_related": "420000",
        "entrusted_domestic": "150000", "entrusted_overseas": "0", "negative_income": "0",
        "non_taxable_income": "0", "investment_income": "0", "taxable_income_before_losses": "2860000",
        "losses": "0", "prior_status": 1, "tax_rate": "25%", "people": 97, "assets": "85000000", "restricted_industry": False,
        "western_encouraged": False, "western_main_income": "0", "results_contract_registered": True,
        "results_paid": "1200000", "super_deducted_rd": "3600000", "reported_rd_spending": "3600000", "rd_institutions": 0,
        "ip_applications": 3, "ip_grants": 2, "new_product_sales": "46200000",
    },
}  # fmt: skip
# industrial, main-business income, R&D spending, institutions, applications, grants, new products; None: not reported
FIRMS: list[tuple[Any, ...]] = [
    (True, "86000000", "0", 0, 0, 0, "0"),
    (True, "45200000", "0", 0, 1, 0, "0"),
    (True, "132000000", "1850000", 1, 2, 1, "12600000"),
    (True, "27500000", None, None, 2, 1, "0"),
    (True, "61800000", "920000", 0, None, None, None),
    (True, "38900000", "0", None, None, None, None),
    (True, "224000000", "6400000", 1, 5, 3, "58000000"),
    (True, "19400000", "0", 0, 0, 0, "0"),
    (None, "73600000", "410000", 0, 0, 0, "3200000"),
    (True, "54700000", "1260000", 1, 1, 2, "0"),
]
NAMES = (
    "industrial", "main_business_income", "reported_rd_spending", "rd_institutions", "ip_applications",
    "ip_grants", "new_product_sales",
)  # fmt: skip
VISITS = [
    {
        "on": -62, "kind": "visit", "seen": "研发与生产共用设备，工时没有分开记；财务只有一人。",
        "advice": "设研发支出辅助账，按项目记工时和领料，加计扣除和高企认定都要用。",
        "follow_up": "查看辅助账样表", "follow_up_on": -40, "done_on": -38, "outcome": "已建账，三个项目分开记",
    },
    {
        "on": -12, "kind": "phone", "seen": "想明年申报高新技术企业，不清楚还差什么。",
        "advice": "高新技术产品收入占比还差一点，先把两种新配方产品的收入单独核算。",
        "follow_up": "看新产品收入台账", "follow_up_on": 9,
    },
]  # fmt: skip


def samples() -> dict[str, Any]:
    """Return what the file holds."""
    firms = [
        {name: value for name, value in zip(NAMES, firm, strict=True) if value is not None} for firm in FIRMS
    ]
    return {
        "demo": {year: {**SAME, **values} for year, values in YEARS.items()},
        "firms": [{"2025": firm} for firm in firms],
        "visits": VISITS,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(samples(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
