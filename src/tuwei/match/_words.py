"""When a word counts as evidence: it stands there as a whole, and says more than that something is wanted."""

# Words that say that something is wanted, not what. In a collection of technical texts they are rare, so
# rarity alone would take them for telling words. They stay searchable; they only carry no weight in
# coverage and are never named as a reason.
STOP = frozenset(
    """
    我们 你们 他们 大家 自己 咱们 本人 我司 贵方 各位 这里 那里 这儿 那儿 这边 那边 这个 那个 这些 那些 这种 那种 这样 那样
    什么 怎么 怎样 怎么办 如何 为何 为什么 多少 哪些 哪里 哪个 有没有 是否 能否 能不能 可否 可不可以 是不是
    没有 不能 不会 不是 不行 不好 不了 不到 不够 不管 不知 不知道 不上 上不去 老是 总是 经常 常常 一直 年年 每年 天天 往往 有时 时候
    希望 需要 需求 想要 要求 急需 亟需 寻求 求助 求购 征集 解决 解决方案 帮忙 帮助 想想 办法 方法 方案 问题 难题 困难 情况 原因
    可以 能够 可能 应该 必须 一定 一些 一种 一个 一套 一下 一点 一般 一样 一起 一来 有些 有点 有的 其他 其它 以及 及其 以上 以下
    因为 所以 但是 而且 如果 虽然 然后 还是 还有 就是 只是 或者 并且 同时 对于 关于 由于 通过 进行 使用 采用 利用 具有 实现
    目前 现在 现有 当前 近年 近年来 已经 正在 将要 以来 之后 之前 其中 非常 比较 特别 十分 很多 许多 不少 大量 较大 较高
    技术 成果 专家 能用 好用 公司 企业 单位 项目 研究 开展 本项目 本成果 开发 研发 应用 提供 合作 联系
    please need want help solve problem technology the and for with our are how can
    """.split()
)


def occurs(word: str, text: str) -> bool:
    """Tell whether a word stands in a text, Latin words and numbers only as a whole.

    Examples
    --------
    >>> occurs("节水", "高效节水灌溉"), occurs("ph", "phosphor"), occurs("ph", "ph值")
    (True, False, True)
    """
    if not word.isascii():
        return word in text
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (_latin(before) or _latin(after)):
            return True
        at = text.find(word, at + 1)
    return False


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
