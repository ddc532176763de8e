"""Sentences for what happens at the desk."""

from tuwei.web.base.events import catalogue

catalogue(
    {
        "case.taken": ("{actor} 接手撮合“{label}”", "{actor} took up “{label}”"),
        "case.candidates": (
            "{actor} 为“{label}”更新候选成果 {count} 项",
            "{actor} refreshed the candidates for “{label}” ({count})",
        ),
        "case.candidate_added": (
            "{actor} 为“{label}”手工加入候选“{achievement}”",
            "{actor} added “{achievement}” to “{label}” by hand",
        ),
        "case.verdict": (
            "{actor} 判断“{achievement}”对“{label}”：{verdict}",
            "{actor} judged “{achievement}” for “{label}”: {verdict_en}",
        ),
        "case.contacted": (
            "{actor} 就“{label}”联系了“{achievement}”一方",
            "{actor} contacted the side of “{achievement}” about “{label}”",
        ),
        "case.noted": ("{actor} 为“{label}”添加记录", "{actor} added a note to “{label}”"),
        "case.scheduled": (
            "{actor} 把“{label}”的下一步定为 {date}",
            "{actor} set the next step of “{label}” for {date}",
        ),
        "case.talking": ("{actor} 报告“{label}”进入洽谈", "{actor} reports talks on “{label}”"),
        "case.won": ("{actor} 报告“{label}”已签约", "{actor} reports a contract for “{label}”"),
        "grader.trained": (
            "{actor} 训练评级模型：第 {version} 版已启用，学自 {pairs} 条判断",
            "{actor} trained the grader: version {version}, from {pairs} verdicts, is in force",
        ),
        "grader.not_better": (
            "{actor} 训练评级模型：新模型误差 {got} 级，现用的 {expected} 级，没有启用",
            "{actor} trained the grader: the new one errs by {got} levels, what is in force by {expected}; not used",
        ),
        "grader.rolled_back": (
            "{actor} 把评级模型退回第 {version} 版",
            "{actor} put version {version} of the grader back in force",
        ),
        "case.lost": ("{actor} 结束“{label}”的撮合：{reason}", "{actor} closed “{label}”: {reason}"),
    }
)
