"""Sentences for what happens to needs and achievements."""

from tuwei.web.base.events import catalogue

NEEDS = {
    "need.created": ("{actor} 新建需求“{label}”", "{actor} entered the need “{label}”"),
    "need.changed": ("{actor} 修改需求“{label}”", "{actor} changed the need “{label}”"),
    "need.submitted": (
        "{actor} 提交需求“{label}”，等待澄清",
        "{actor} submitted “{label}” for clarification",
    ),
    "need.verified": ("{actor} 核实需求“{label}”，等待发布", "{actor} verified “{label}”"),
    "need.returned": ("{actor} 退回需求“{label}”：{reason}", "{actor} returned “{label}”: {reason}"),
    "need.published": ("{actor} 发布需求“{label}”", "{actor} published “{label}”"),
    "need.matched": ("{actor} 为需求“{label}”找到候选成果", "{actor} found candidates for “{label}”"),
    "need.contacted": ("{actor} 就需求“{label}”开始对接", "{actor} made contact about “{label}”"),
    "need.negotiating": ("{actor} 报告需求“{label}”进入洽谈", "{actor} reports talks on “{label}”"),
    "need.contracted": ("{actor} 报告需求“{label}”已签约", "{actor} reports a contract for “{label}”"),
    "need.delivering": ("{actor} 报告需求“{label}”开始实施", "{actor} reports delivery of “{label}” began"),
    "need.accepted": ("{actor} 验收需求“{label}”", "{actor} accepted the delivery of “{label}”"),
    "need.evaluated": ("{actor} 评价需求“{label}”", "{actor} evaluated “{label}”"),
    "need.reopened": ("{actor} 重新开放需求“{label}”：{reason}", "{actor} reopened “{label}”: {reason}"),
    "need.withdrawn": ("{actor} 撤回需求“{label}”：{reason}", "{actor} withdrew “{label}”: {reason}"),
    "need.expired": ("需求“{label}”已过期", "“{label}” has expired"),
    "need.solved_elsewhere": (
        "{actor} 报告需求“{label}”已另行解决",
        "{actor} reports “{label}” solved elsewhere",
    ),
    "need.merged": ("{actor} 合并需求“{label}”", "{actor} merged “{label}” into another"),
    "need.revived": ("{actor} 恢复需求“{label}”为草稿", "{actor} revived “{label}” as a draft"),
    "need.granted": (
        "{actor} 向{organisation}开放需求“{label}”至 {grade}",
        "{actor} opened “{label}” to {organisation} up to {grade}",
    ),
    "need.revoked": (
        "{actor} 收回对{organisation}开放的需求“{label}”",
        "{actor} took back the access of {organisation} to “{label}”",
    ),
    "need.model_asked": (
        "{actor} 请语言模型为需求“{label}”提建议（发送 {sent} 级内容）",
        "{actor} asked the language model about “{label}” (sent at {sent})",
    ),
    "need.access_declined": (
        "{actor} 婉拒{organisation}查看需求“{label}”的申请：{reason}",
        "{actor} declined the request of {organisation} to see “{label}”: {reason}",
    ),
    "need.file_added": ("{actor} 为需求“{label}”添加附件 {file}", "{actor} attached {file} to “{label}”"),
    "need.file_removed": ("{actor} 删除需求“{label}”的附件 {file}", "{actor} removed {file} from “{label}”"),
    "need.access_asked": (
        "{actor}({organisation})申请查看需求“{label}”至 {grade}:{reason}",
        "{actor} ({organisation}) asks to see “{label}” up to {grade}: {reason}",
    ),
}
ACHIEVEMENTS = {
    "achievement.created": ("{actor} 新建成果“{label}”", "{actor} entered the achievement “{label}”"),
    "achievement.changed": ("{actor} 修改成果“{label}”", "{actor} changed the achievement “{label}”"),
    "achievement.submitted": ("{actor} 提交成果“{label}”待审核", "{actor} submitted “{label}” for review"),
    "achievement.published": ("{actor} 发布成果“{label}”", "{actor} published “{label}”"),
    "achievement.returned": ("{actor} 退回成果“{label}”：{reason}", "{actor} returned “{label}”: {reason}"),
    "achievement.withdrawn": ("{actor} 撤回成果“{label}”：{reason}", "{actor} withdrew “{label}”: {reason}"),
    "achievement.revived": ("{actor} 恢复成果“{label}”为草稿", "{actor} revived “{label}” as a draft"),
    "achievement.file_added": (
        "{actor} 为成果“{label}”添加附件 {file}",
        "{actor} attached {file} to “{label}”",
    ),
    "achievement.file_removed": (
        "{actor} 删除成果“{label}”的附件 {file}",
        "{actor} removed {file} from “{label}”",
    ),
}
SAVED = {
    "saved_search.created": ("{actor} 保存了检索“{label}”", "{actor} saved the search “{label}”"),
    "saved_search.changed": (
        "{actor} 修改了保存的检索“{label}”",
        "{actor} changed the saved search “{label}”",
    ),
    "saved_search.deleted": (
        "{actor} 删除了保存的检索“{label}”",
        "{actor} deleted the saved search “{label}”",
    ),
}
IMPORTS = {
    "need.imported": (
        "{actor} 导入需求文件“{label}”：新增 {created}，更新 {updated}，退回 {rejected}",
        "{actor} imported needs from “{label}”: {created} new, {updated} updated, {rejected} rejected",
    ),
    "achievement.imported": (
        "{actor} 导入成果文件“{label}”：新增 {created}，更新 {updated}，退回 {rejected}",
        "{actor} imported achievements from “{label}”: {created} new, {updated} updated, {rejected} rejected",
    ),
}
PACKS = {
    "pack.loaded": (
        "{actor} 载入地区包“{label}”：需求 {needs}，成果 {achievements}",
        "{actor} loaded the region pack “{label}”: {needs} needs, {achievements} achievements",
    ),
    "pack.purged": (
        "{actor} 清除样例：需求 {need}，成果 {achievement}",
        "{actor} purged the samples: {need} needs, {achievement} achievements",
    ),
}
catalogue(NEEDS | ACHIEVEMENTS | SAVED | IMPORTS | PACKS)
