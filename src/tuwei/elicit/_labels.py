"""Names of the codes the engine may propose."""

from __future__ import annotations

FIELDS = {
    "it": ("电子信息", "electronics and information"),
    "bio": ("生物与新医药", "biology and new medicine"),
    "aero": ("航空航天", "aerospace"),
    "materials": ("新材料", "new materials"),
    "services": ("高技术服务", "high-tech services"),
    "energy": ("新能源与节能", "new energy and energy saving"),
    "environment": ("资源与环境", "resources and environment"),
    "manufacturing": ("先进制造与自动化", "advanced manufacturing and automation"),
}
INDUSTRIES = {
    "agrifood": ("绿色农畜产品加工", "agri-food"),
    "clean_energy": ("清洁能源", "clean energy"),
    "chemicals": ("现代化工", "modern chemicals"),
    "materials_equipment": ("新材料和装备制造", "materials and equipment"),
    "biomedicine": ("生物医药", "biomedicine"),
    "electronics": ("电子信息技术", "electronics"),
    "future_information": ("未来信息", "future information"),
    "future_space": ("未来空间", "future space"),
    "future_materials": ("未来材料", "future materials"),
    "future_health": ("未来健康", "future health"),
    "future_energy": ("未来能源", "future energy"),
}
OWNERSHIP = {
    "demander": ("归需求方", "the demander"),
    "solver": ("归解决方", "the solver"),
    "shared": ("双方共有", "shared"),
    "negotiable": ("面议", "negotiable"),
}
