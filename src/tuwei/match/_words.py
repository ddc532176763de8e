"""When a word counts as evidence: it stands there as a whole, and says more than that something is wanted."""

from functools import lru_cache

from tuwei.core.text import fold

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

# Words that stand in any technical text and say nothing about what it treats. They keep their weight in the
# ranking, where it is small, but are never named as a reason; nor are numbers and units.
GENERIC = frozenset(
    """
    高于 低于 大于 小于 超过 不足 达到 减少 减小 增加 增大 提高 提升 降低 下降 上升 缩短 延长 改善 改进 加快 优于 仅为 约为
    高效 低成本 快速 直接 自动 稳定 稳定性 可靠 可靠性 普通 一次 完成 给出 建立 形成 保持 保证 控制 处理 判断 判定 选择 确定 设计 实施
    运行 工作 生产 制备 加工 制造 改造 改性 优化 分析 计算 测量 测定 检查 比较 结合 配套 配合 配置 集成 组成 包括 含有 采用 适用 适合
    依据 根据 按照 避免 防止 影响 导致 造成 产生 出现 发生 引起 变成 成为 作为 属于 位于 来自 存在 发现 表明 显示 反映 说明 可行 可行性
    系统 装置 设备 平台 模型 模块 结构 部件 材料 原料 产品 样品 样本 工艺 流程 过程 步骤 环节 工序 方式 手段 措施 功能 性能 特点 特征
    指标 标准 参数 变量 数据 信息 结果 效果 效率 质量 数量 产量 用量 含量 比例 系数 误差 偏差 曲线 容量 规模 能力 水平 程度 范围 条件
    状态 环境 现场 场地 地区 区域 中心 基地 部分 部位 表面 界面 内部 外部 边缘 中间 源头 时间 小时 分钟 周期 阶段 年度 季节 以内 期间 连续
    成本 费用 投资 价格 效益 收益 损失 损耗 消耗 风险 安全 保护 管理 服务 维护 维修 更换 操作 人员 人工 客户 用户 市场 行业 领域 工业
    任务 业务 计划 建议 要点 关键 重要 主要 核心 整体 综合 复合 多种 不同 相同 同样 各种 传统 新型 先进 现代 国内 国际 目标 对照 对比
    准确 准确率 精确 合格 合格率 有效 明显 显著 完全 充分 适当 正常 异常 强度 密度 浓度 高度 厚度 面积 体积 重量 压力 温度 流量 功率 负荷
    平均 最大 最小 最高 最低 左右 上下 前后 提前 一半 以往 冬季 夏季 冬天 夏天 一年 全年 每月 小型 大型 中型 大规模 单台 单次 批次
    活性 定量 定期 实时 同步 联合 动态 补偿 恢复 固定 切换 启动 停止 启停 停机 停产 覆盖 平衡 匹配 采集 记录 识别 监测 检测 预测 评估
    使得 并能 从而 为主 仍然 不再 不用 不需 无需 无法 难以 容易 困扰 得到 获得 取得 满足 符合 拥有 具备 支持 支撑 面向 针对 围绕 基于
    短期 长期 抑制 考核 表达 校正 验证 检出 宽度 中断 成分 去除 年限 知识 出水 阈值 波动 大罐 单样 控制器 去掉 有关 相关
    人工智能 一体 一体化 智能 智能化 自主 自动化 数字 数字化 在线 离线 远程 现有 常规 通用 专用 示范 推广 产业 产业化 工程 技术人员
    """.split()
)
_UNITS = frozenset(
    "mm cm dm km kg mg ml kw mw gw kwh mwh kpa mpa gpa hz khz mhz ghz ppm ppb nm um μm kv ma mah m2 m3 nm3 cm2 mm2 nm³ m² m³".split()
)


def telling(word: str) -> bool:
    """Tell whether a word can be a reason: a name of something, no word of asking, number or unit.

    Examples
    --------
    >>> [word for word in ("余热", "系统", "希望", "30", "mg", "ph", "热") if telling(word)]
    ['余热', 'ph']
    """
    if len(word) < 2 or word in STOP or word in GENERIC:
        return False
    return not (word.isascii() and word[0].isdigit()) and word not in _UNITS


def occurs(word: str, text: str) -> bool:
    """Tell whether a word stands in a text, Latin words and numbers only as a whole.

    Traditional and simplified characters are the same here, and so are letters with and without accents.

    Examples
    --------
    >>> occurs("节水", "高效節水灌溉"), occurs("ph", "phosphor"), occurs("ph", "ph值")
    (True, False, True)
    """
    return position(_folded_word(word), _folded_text(text)) >= 0


def position(word: str, text: str) -> int:
    """Return where a word first stands in a text, Latin ones only as a whole, or -1; both are folded.

    Examples
    --------
    >>> position("ph", "phosphor ph"), position("水", "phosphor")
    (9, -1)
    """
    at = text.find(word)
    if not word.isascii():
        return at
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (_latin(before) or _latin(after)):
            break
        at = text.find(word, at + 1)
    return at


# A text is asked for many words one after another, and the words of a need in a hundred texts.
_folded_text = lru_cache(4)(fold)
_folded_word = lru_cache(2_048)(fold)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
