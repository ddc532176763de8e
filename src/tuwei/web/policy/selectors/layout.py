"""In which order and under which titles people meet the facts. Only the look: what a fact means is the engine's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import engine

SECTIONS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("basic", _("基本情况"), (
        "founded", "registered_in_mainland", "industry", "employees", "products_allowed", "clean_record", "sme_size",
        "segment_field", "years_in_segment", "field_in_catalogue", "strategic_emerging", "main_manufacturing",
    )),
    ("accounts", _("收入与资产"), (
        "sales", "main_business_income", "total_income", "high_tech_income", "non_taxable_income",
        "investment_income", "negative_income", "net_profit", "cost_expense", "total_assets", "liabilities",
        "net_assets", "equity_financing_two_years", "equity_financing_three_years", "taxable_income",
    )),
    ("rd", _("研发投入"), (
        "rd_expense", "rd_mainland", "items_1_to_5", "other_related", "entrusted_domestic", "entrusted_overseas",
        "amortisation", "tech_staff", "rd_staff", "rd_institution", "rd_institution_level",
        "provincial_rd_institution",
    )),
    ("results", _("知识产权与成果"), (
        "ip_class1", "ip_class2", "ip_class1_own", "ip_class1_high_value", "ip_class1_own_in_use", "core_ip_owned",
        "conversions",
    )),
    ("titles", _("资质、奖励与市场"), (
        "high_tech_certificate", "tech_sme", "tech_sme_valid", "innovative_sme_valid", "specialised_sme_valid",
        "little_giant_valid", "innovation_demonstration", "ip_advantage", "national_award_top3",
        "national_award_rank", "provincial_award_rank", "leading_standard_drafter", "standard_drafter",
        "quality_award", "management_certificate", "own_brand", "market_position_high", "market_share",
        "maker_china_rank", "digital_level", "review", "submitted",
    )),
    ("returns", _("统计年报"), (
        "industrial", "reported_rd_spending", "rd_institutions", "ip_applications", "ip_grants", "new_product_sales",
    )),
    ("points", _("评分（专家、平台）"), ("expert.", "development_score", "regional_points.")),
]  # fmt: skip


def sections(names: Iterable[str]) -> list[tuple[str, Any, list[str]]]:
    """The names under their titles, in order; what no section knows stands under the rule that first asks for it."""
    left = list(names)
    found: list[tuple[str, Any, list[str]]] = []
    for code, title, wanted in SECTIONS:
        here = [
            name
            for want in wanted
            for name in left
            if name == want or (want[-1] == "." and name.startswith(want))
        ]
        left = [name for name in left if name not in here]
        found.append((code, title, here))
    asked = engine.asked_by()
    for rule, title in dict.fromkeys(asked.get(name, ("other", str(_("其他")))) for name in left):
        found.append((rule, title, [name for name in left if asked.get(name, ("other", ""))[0] == rule]))
    return [section for section in found if section[2]]
