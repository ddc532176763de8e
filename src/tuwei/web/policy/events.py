"""Sentences for what happens to facts, assignments and visits."""

from tuwei.web.base.events import catalogue

catalogue(
    {
        "facts.entered": ("{actor} 填报了“{label}”的年度数据", "{actor} entered the facts of “{label}”"),
        "facts.changed": ("{actor} 修改了“{label}”的年度数据", "{actor} changed the facts of “{label}”"),
        "facts.removed": ("{actor} 删除了“{label}”的年度数据", "{actor} removed the facts of “{label}”"),
        "facts.imported": (
            "{actor} 导入年度数据“{label}”：新增 {created}，更新 {updated}，退回 {rejected}",
            "{actor} imported yearly facts from “{label}”: {created} new, {updated} changed, {rejected} rejected",
        ),
        "assignment.asked": (
            "{actor} 申请担任“{label}”的科技特派员",
            "{actor} asks to serve “{label}” as its commissioner",
        ),
        "assignment.given": (
            "{actor} 指派 {commissioner} 服务“{label}”",
            "{actor} assigned {commissioner} to “{label}”",
        ),
        "assignment.accepted": (
            "{actor} 同意 {commissioner} 服务“{label}”",
            "{actor} accepted {commissioner} for “{label}”",
        ),
        "assignment.declined": (
            "{actor} 未同意 {commissioner} 服务“{label}”：{reason}",
            "{actor} declined {commissioner} for “{label}”: {reason}",
        ),
        "assignment.ended": (
            "{actor} 结束了 {commissioner} 对“{label}”的服务：{reason}",
            "{actor} ended the service of {commissioner} to “{label}”: {reason}",
        ),
        "visit.recorded": (
            "{actor} 记录了对“{label}”的走访（{date}）",
            "{actor} recorded a visit to “{label}” ({date})",
        ),
        "visit.done": (
            "{actor} 完成了“{label}”的后续事项：{what}",
            "{actor} finished a follow-up at “{label}”: {what}",
        ),
    }
)
