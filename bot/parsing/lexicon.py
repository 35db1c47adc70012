"""The words of general Chinese that a report is made of; the campaign's own words stand in its campaign file.

Each word has one sort. What a sort does to the figures around it is written in `context.py` and `figures.py`.
"""

import re
from enum import IntEnum, auto


class Sort(IntEnum):
    """What a token is."""

    # Marks
    BREAK = auto()  # a new line
    STOP = auto()  # 。！？
    SEMICOLON = auto()
    COMMA = auto()  # ， | →
    PAUSE = auto()  # 、
    COLON = auto()
    OPEN = auto()
    CLOSE = auto()
    RULE = auto()  # ————, under a quotation
    BULLET = auto()  # 1. ① 一、
    GROUP = auto()  # a bracket with what is in it
    # Numbers
    NUMBER = auto()
    VAGUE = auto()  # 十几, 35至40
    COUNT_UNIT = auto()
    AREA_UNIT = auto()
    COUNT = auto()  # 3宗
    AREA = auto()  # 0.12万亩
    BARE = auto()  # a number without a unit
    OTHER_NUMBER = auto()  # a percentage, an ordinal, money, a name
    # The campaign's words
    STAGE = auto()
    TRACK = auto()
    PLACE = auto()
    OWN = auto()
    WHOLE = auto()
    DIVISION = auto()
    LEADER = auto()
    CATEGORY = auto()
    PROCEDURE = auto()
    VISIT = auto()
    NIL = auto()
    # Time and standing
    PERIOD = auto()
    CLOCK = auto()
    CUMULATIVE = auto()
    ALREADY = auto()  # 已 共 合计: cumulative unless a period is said
    STANDS = auto()  # 目前, 在手
    UP_TO = auto()  # 截至
    SINCE = auto()  # 以来
    NEW = auto()  # 新增 又 再 另
    LATE = auto()  # 补报 漏报
    DOING = auto()  # 正在
    DONE = auto()  # 完成
    # Structure of a list
    WITHIN = auto()  # 其中
    RESPECTIVELY = auto()
    EACH = auto()
    ALL_ABOVE = auto()  # 均为
    UNIT_LABEL = auto()  # 单位：
    COUNT_LABEL = auto()
    AREA_LABEL = auto()
    # What is said is no fact
    PLAN = auto()
    LATER = auto()  # 晚点, 随后: not now, and only in its clause
    REQUEST = auto()
    ASK = auto()
    TARGET = auto()
    LEFT = auto()
    COMPARE = auto()
    MORE_THAN = auto()  # 比昨日增加
    FACT = auto()  # 实际: a fact after a plan
    HINDERS = auto()  # 影响2宗组卷
    NOT = auto()
    NOTHING = auto()  # 无 没有
    HEARSAY = auto()
    PRAISE = auto()
    # Corrections
    INSTEAD = auto()  # 应为, 更正为
    WRONG_BEFORE = auto()  # 原报 误报为: what follows was wrong
    NOT_THAT = auto()  # 不是, 而非
    # Problems, projects, visits
    PROBLEM = auto()
    PROJECT = auto()
    NETWORK = auto()  # 大桥, 高速: a project said without 项目
    PLAIN = auto()  # a word that only looks like one of these


WORDS: dict[Sort, str] = {
    Sort.PERIOD: "至今天 至今日",
    Sort.CUMULATIVE: (
        "今年 今年以来 年初以来 开年以来 累计 累积 全年 全年累计 年初至今 至今 迄今 增加到 增至 增加至 升至 "
        "上升到 上升至 提高到 历史累计 总累计 "
        "截至目前累计 年内累计"
    ),
    Sort.ALREADY: "达到 突破 已达 已 已经 共 共计 总共 总计 合计 一共 共有 总数 小计 总体",
    Sort.STANDS: (
        "目前 现阶段 当前 眼下 现有 现在 到目前 截至目前 截止目前 截至现在 截止现在 目前为止 到目前为止 "
        "截至目前为止 截止目前为止 截止到目前 截至到目前 截至发稿 在手"
    ),
    Sort.UP_TO: "截至 截止 截止到 截至到 截止至 截止时间",
    Sort.SINCE: "以来 开展以来 行动开展以来 攻坚行动开展以来 行动以来 启动以来",
    Sort.NEW: "新增 又 再 另 另外 另有 净增 增加 环比新增 再次",
    Sort.LATE: "补报 漏报 漏了 迟报 补录 漏报了",
    Sort.DOING: "正在 正 着手 办理",
    Sort.DONE: "完成 完成了",
    Sort.WITHIN: "其中 包括 包含 具体为 具体是 具体如下 分县市 明细",
    Sort.RESPECTIVELY: "分别 分别为 分别是 分别有 依次为 依次是",
    Sort.EACH: "各 各有 各自",
    Sort.ALL_ABOVE: (
        "均 都 均已 都已 全部 全都 均为 均系 都是 全为 全部为 全是 以上均为 以上为 以上都是 上述均为 以上 上述 均属"
    ),
    Sort.UNIT_LABEL: "单位 计量单位",
    Sort.COUNT_LABEL: "宗数 件数 个数 数量 批次数 笔数 宗地数",
    Sort.AREA_LABEL: "面积 用地面积 总面积 土地面积 亩数 占地面积 占地 用地",
    Sort.FACT: "实际 实际上 实际已 事实上",
    Sort.PLAN: (
        "估计 好像 似乎 不确定 若 可再 今明两天 可望 计划 拟 预计 预期 力争 争取 确保 有望 可望 将 将于 将会 "
        "即将 准备 打算 下步 下一步 下阶段 下一阶段 明日 明天 明早 明晚 明后天 后天 大后天 下周 下星期 下礼拜 "
        "下下周 下月 下个月 月底前 月底 年底 年底前 尽快 尽早 抓紧 大概率 应该能 应能 接下来 目标是 明年 "
        "元旦前 春节前 次日 届时 快要 就要 可能 也许 或许 如果 要是 假如 一旦 倘若 只要 还要 保证 要在 需在 预备 指望 "
        "期待 期望 能批 能报"
    ),
    Sort.LATER: "后续 随后 稍后 晚点 晚些 待会 回头 马上",
    Sort.REQUEST: "请 要求 务必 不得 严禁 提醒 须 必须 敬请 烦请 抓好 督促 责成 恳请 应当 各地要 大家要",
    Sort.ASK: (
        "请问 吗 么 几宗 几个 几件 几笔 多少 是不是 是否 算不算 怎么 怎样 如何 为什么 为何 什么 哪些 哪个 哪里 "
        "啥 咋 有没有 对不对 能不能 可不可以 行不行 要不要 的还是 还是昨天 还是今天 还是昨日 还是今日 还是累计 "
        "还是当天 想问 问下 问一下 问问 何时 几时 哪天 几宗了 多少宗 多少亩"
    ),
    Sort.TARGET: (
        "目标 任务 指标 年度任务 年度目标 全年任务 全年目标 任务数 目标数 目标任务 总任务 保底目标 冲刺目标 "
        "季度任务 四季度任务 四季度目标 年度计划 任务量 目标值 分解 分解到 已分解 分解如下 分配 分配到 认领 "
        "应完成 要完成 需完成 考核目标 序时任务 任务书 "
        "保底 责任状"
    ),
    Sort.LEFT: (
        "扣除 剔除 核减 重复 还差 尚差 还剩 剩余 剩下 只剩 只差 尚缺 还缺 缺口 未完成 尚余 余下 仅剩 就剩 距 "
        "距离 欠 差一点 差点 差 剩 待完成 没完成 缺额 尚未完成"
    ),
    Sort.COMPARE: (
        "同比 环比 较上周 较上月 较去年 比上周 比上月 比去年 去年同期 上年同期 同期 去年 上年 增长 下降 增幅 "
        "降幅 完成率 批准率 批复率 供地率 上报率 报批率 组卷率 平均 低于 高于 少于 领先 落后 日均 月均 周均 "
        "平均每 平均每宗 最大的 最小的 减少 少了 较昨日少 "
        "比昨日少 较昨天少 比昨天少 较前日少 比前天少 较上周少 比上周少 "
        "较昨日下降 相差 往年 序时 "
        "较年初 比年初"
    ),
    Sort.NOT: (
        "未 没 尚未 还没 还没有 暂未 未能 没能 无法 没法 不能 不予 暂不 不 仍未 一直未 一直没 迟迟未 从未 能 "
        "要 应 需 可 能够 可以 应该 待 等 等待 有待 并未 未被 没被 未经 未曾 暂缓 不再 暂停 停止 取消 还未 "
        "不让 难以"
    ),
    Sort.NOTHING: "无 没有 暂无 暂没有 均没有 没有新 无新 零新",
    Sort.HEARSAY: (
        "听说 据说 据悉 听闻 看到 看见 看看 人家 传闻 据传 报道 学习 借鉴 说了 厅里说 省厅说 省里说 部里说 "
        "处里说 示例 样例 范例 例如 举例 比如 譬如 例: 格式如下 格式: 模板: 报送格式 填报格式 格式为 样式: "
        "你市 你州 你局 你县 你区 贵市 贵州 贵局 贵县 贵区 你们昨天 你们昨日 你们今天 你们今日 你们报 你们上报 "
        "你们的 你们那 你们填 "
        "你们市 你们州 你们县 你们累计 你们本周 你们前天 你们上周 你们这边 你报的 你昨天报 你今天报 "
        "那边说 他说 她说 同志说 领导说 联络员说 他们说 说是 说的"
    ),
    Sort.PRAISE: "祝贺 恭喜 恭贺 很好 继续保持 干得好 干得漂亮 表扬 点赞 值得学习 值得肯定",
    Sort.HINDERS: "影响 制约 卡住 耽误 拖累",
    Sort.INSTEAD: (
        "应为 应是 更正为 改为 修正为 订正为 调整为 改成 更正成 应该是 应该为 实为 实际为 实际是 实际应为 "
        "正确的是 正确为 正确数 正确应为 正确数据为 正确的为 正确数字 正确数据 更改为 核实为 核定为 变更为 "
        "应更正为 应改为 现更正为 现改为 正确是"
    ),
    Sort.WRONG_BEFORE: (
        "原报 误报为 误报 误报成 误写为 误写成 错报 错报为 错报成 原为 前面误报为 前面误报 误填为 误填 误写 "
        "多报 多报了 少报 少报了 写成了 写成 报成了 报成 填成了 填成 打成了 打成 原数据 原数据为 原数 原数为 "
        "原填 原填报 原写 误作 错写成 错写为 错填为 错填成 原报为 原报数 误统计 虚报 误将 错将 错误数据 "
        "错误数据为 系统里是 系统里显示 系统里显示的是 系统显示 系统里写 表里写的 表里是 表上是 台账里是 台账是 "
        "台账显示 原发 原上报 原先报 误算 原来报 之前报 先前报 此前报 刚才报 "
        "前面报 刚报 早上报 上午报 "
        "之前发 先前发 刚才发 前面发 刚发 刚才说 之前说 前面说 前面写 刚才写 之前写"
    ),
    Sort.NOT_THAT: "不是 而不是 而非 并非",
    Sort.PROBLEM: (
        "问题 困难 存在问题 存在困难 存在的问题 存在的困难 主要问题 主要困难 需协调 需协调事项 需协调问题 "
        "需要协调 难点 堵点 卡点 痛点 难题 瓶颈 需协调解决 需支持 困难问题 问题困难 困难和问题 问题和困难 反映 "
        "需厅里协调 需省厅协调 需要省厅协调 需要厅里协调 难处 障碍"
    ),
    Sort.PROJECT: "项目 工程",
    Sort.NETWORK: (
        "大道 大桥 公铁大桥 高速 高速公路 铁路 高铁 公路 快速路 隧道 通道 机场 电站 枢纽 水厂 水库 港口 码头 "
        "变电站 焚烧厂 污水处理厂 产业园 工业园 物流园 停车场 医院 风电场 管道 管网 环线 立交 地铁 轨道交通 "
        "泵站"
    ),
    Sort.PLAIN: (
        "一张图 都市圈 都市 首都 成都 丰都 三区三线 一书四方案 四至 一次性 一期 二期 三期 四期 两上四服务 一张网 "
        "万亩良田 半年度 百分之百 "
        "三调 今日头条 十一五 十二五 十三五 十四五 十五五 一起 一致 一定 一切 一直 一般 一样 一体 公共 共同 "
        "共享 共建 中共 共识 共性 共青 公安部门 公安局 公安机关 再接再厉 再见 再说 不再说 现将 现就 单独选址 "
        "单选 至少 至于 经开区 说明 说实话 小说 申请 邀请 请假 提请 报请 请示 请客 请教 这么 那么 多么 要么 "
        "各位 各地 各市 各县 各处 各区 各单位 各级 各项 各类 各局 各乡镇 各部门 各方 各镇 各联络员 各兄弟单位 "
        "各市州 各科 各股 出差 差异 差不多 差距 误差 时差 偏差 距今 模拟 虚拟 无人机 无锡 无缝 无误 无论 无偿 "
        "没关系 没事 没电 不好意思 不错 不少 不断 不仅 不但 不久 不过 不要紧 不客气 不止 不到 不足 不变 "
        "面积不变 正常 正式 正确 正好 正面 正反 县市区 县区 市县 主要 重要 摘要 简要 纪要 概要 不要 想要 "
        "相应 响应 适应 反应 效应 职能 功能 只能 可喜 可是 可研 许可 认可 应急 对应 应城 应对 要素 要点 要闻 "
        "需求 等等 等级 平等 同等 中等 优等 期待 对待 看待 接待 校正 公正 真正 办理手续 反正 更正 修正 订正 "
        "改正 又快又好 未来 未必 未免 资金保障 将军 将来 干将 须知 必须品 各司其职 另一方面 再生 再造 再创 "
        "以上海 共产 公开 离任务 任务重 任务艰巨 任务繁重 任务压力 目标任务重 建设项目用地 重大项目"
    ),
}
"""Words by sort; where two words begin at the same place, the longer one is read."""

YESTERDAY_WORDS = ("昨日", "昨天", "前一日", "前一天", "上日", "上一日", "前日", "昨")
MORE_WORDS = (
    "增加",
    "增加了",
    "新增",
    "新增加",
    "净增",
    "增",
    "多",
    "多了",
    "又增加",
    "又新增",
    "再增加",
    "增长",
    "新增了",
)
"""比昨日增加 is what happened today."""

OBSTACLES = (
    "被退 退回 打回 退件 未 没 差 不够 不足 不下来 不上去 不一 不清 不明 不到位 没到位 未到位 未落实 没落实 "
    "没定 未定 没签 未签 没批 未批 没下来 未下来 谈不 没谈 未谈 缺 紧张 卡 难 慢 滞后 压占 占压 占用 涉及 牵涉 "
    "跨 穿越 位于 边界外 红线内 冲突 矛盾 不符 不相符 不衔接 分歧 纠纷 阻 受限 影响 制约 重做 反复 没法 无法 "
    "不能 不让 报不 过不 办不 不过关 找不到 没着落 未完成 没完成 未验收 没验收 没通过 未通过 待 没到账 未到账 "
    "没交 未交 欠 拖 未缴 没缴 未补 没补 拿不 调不 解决不了 落不 不匹配 不全 不齐 重叠 偏差 对不上 没拿 未取得 "
    "没取得 未办 没办 未批先建 未报 没做 未做 未编 没编 未纳入 没纳入 未落入 没落入 不在 突破 超出 不认 不通 "
    "停滞 搁置 扯皮 拒绝 不同意 不配合 不愿 反对 上访 信访 异议 争议 未达成 没达成 未签订 没签订 没结果 未果 "
    "堵 不予 不支持 未整改 没整改 没处罚 未处罚 未结案 没结案 无指标 没指标 没有 耗尽 用完 用光 未解决 没解决 "
    "搞不定 批不 下不来 不统一 没明确 未明确 不准 看法不同 怎么界定 没有依据 无处 凑不 断裂 积压 未审 没审 "
    "不肯 不干 不答应 不松口 不签 不乐意 不让步 拒签 谈崩 僵持 僵局 要价 找不出 排不上 没头绪 缺件 缺口 打架 "
    "不一样 说法不 "
    "没着落 没开出 没办下 没执行 没处理 没处置 没罚 没拆 没迁 没腾 没摁 没签字 没谈好 没谈妥 没补上 没补办 没做完 "
    "没出来 没出具 "
    "没拿到 没跟上 没人 没钱 没拨 没拨付 没下达 没排 没开 没有着落 停着 悬着 搁着 拖着 被卡 压着 盖不了章 意见不 "
    "外面 之外 "
    "不行 超了 坡度超 拍到 先罚后 要涨价 涨价 嫌低 嫌少 嫌补 需补充 要补充 要求补充 缺少 不对 有误 顶着不 闹 阻工 "
    "拦 有意见 意见大 阻力 阻挠 不好办 不好做 不好谈 难做 不合规 不合格 不符合 不完整 "
    "不规范 不衔接 有出入 "
    "重合 压到 压了 占了 占到 套占 退了回 要求重 重新编 重新做 才来补 还在补 过期 失效 到期 "
    "迟迟 未满 未编制 需调整 要调整 局部调整 重新调整 需要调整 补偿高 太长 太多 偏 不落 不具备 还没 尚未"
)
"""Said of one of a campaign's categories, these make it a problem."""

NOT_IN_THE_WAY = (
    r"(?:没有|无|不存在|未发现)(?!解决|落实|化解|处理|拿)[\u4e00-\u9fff]{0,6}(?:问题|困难)"
    r"|(?:不|未|没有|无)(?:再)?(?:涉及|涉|占用|占|压覆|压占|压|突破|穿越|跨|位于)(?!不)"
)
"""没有压矿问题, 不涉及红线: said to be no obstacle."""
CANNOT = r"(?<![差舍])[\u4e00-\u9fff]不(?:了(?![解])|出|动|着|到(?!位)|上|来|拢|成|通|齐|开|完|起来|过去|下去|下来)"
"""谈不拢, 补不出, 进不了: what cannot be done is in the way."""

MERE_MENTIONS = "涉及 牵涉 占用 位于 跨 穿越 影响 突破 还没 尚未 没有 待"
"""Obstacles that only describe, beside progress in one sentence or with a category's weak words."""

RESOLUTIONS = (
    "已解决 解决了 已经解决 得到解决 已办结 已销号 销号 闭环 已化解 协调到位 已签 签订了 已签订 已经签 签了 "
    "签下来了 整改到位 补划到位 已补齐 补齐了 已补划 已落实 落实了 均已解决 全部解决 都解决了 已到账 到账了 "
    "已到位 到位了 妥善解决 圆满解决 顺利解决 解决完毕 处理完毕 处置到位 查处到位 已消除 消号 谈妥 谈拢了 "
    "已谈拢 达成一致 调剂到位 调整到位 落实到位 已经销号 已经办结 办结 已验收 已缴清 已结案 解决到位 已搞定 "
    "搞定了 已获解决 已解除 已调剂 已经到位 已经落实 已经到账 已补缴 已缴纳 均已到位 已全部到位 已通过论证 "
    "已经签订 完成签订 签订完成 已调整完 解决好了 不存在了 已处理 签完 签完了 全签了 都签了 签字了 已签字 签好了 "
    "签妥 办好了 已办好 办妥 已办妥 补好了 已补好 补正完成 已拆除 拆除到位 "
    "已迁走 迁走了 迁完 已复垦 已调出 已下达 下达了 已批下来 已到手 已通过验收 已处置 已化解完毕 核销"
)
"""Said of a problem, these remove it."""

PASSING = (
    "学习 借鉴 参观 对标 参照 陪同 感谢 谢谢 致 向 对 从 经 途经 往 返回 返 回 驻 靠近 关于 与 跟 比 像 抄送 "
    "连接 赴 到 去 在 来 前往 深入 不如 超过 赶超 追赶 向着 对比 学学 学 看 看看 表扬 祝贺 恭喜 羡慕"
)
"""A place right after one of these is mentioned in passing."""
PASSING_AFTER = "经验 做法 模式 客人 会议 方向 学习 考察 开会 出差 调研 的做法 的经验 同行 那样 一样 的客人"
"""A place right before one of these is mentioned in passing."""

ZONES = "高新区 经开区 开发区 高新技术产业开发区 经济技术开发区 经济开发区"
"""A unit's own zone, said without the unit's name."""

LAND_NOUNS = "项目 地块 批次 宗地 报件 批文 件 用地 单选 工程 单独选址 重点 省级 建设 城镇 卷 请示 组卷 上报"
"""What 3个 may count."""
FOREIGN_NOUNS = (
    "事 资金 款 材料 问题 附件 建议 提案 信访 困难 投诉 诉求 矛盾 纠纷 案 会议 县 市 区 乡 镇 村 工作日 百分点 "
    "月 部门 处室 小时 人 点 难"
)
"""What no count of land is said of."""
NO_STAGE_AFTER = (
    "率 意见 问题 材料 表格 名单 信息 时间 要求 工作总结 总结 周报 日报 月报 厅办 流程 程序 时限 权限 政策 难 "
    "制度 系统 周期 环节 条件 标准 指南 模板 口径 文号 困难 不上 信访 举报 投诉 咨询 法 经验 培训 业务 分享 "
    "技巧 指引 攻略 平台 窗口 大厅 人员 专班 科室 队伍 能力 效率 速度 质量 登记 不动产 资金 金 收入 价 不了 慢 "
    "不下"
)
"""A stage word right before one of these is no stage."""

WISHES = "希望 欢迎 期待 恳请 邀请 盼 需要 建议 申请 想请 能否 要不要 通知 方案 要求 安排 计划 准备 将 拟 请"
"""A visit that is wished for has not happened."""
VISIT_GOES = "赴 到 来 去 前往 深入 在 奔赴 陪同"
VISIT_DOES = "调研 指导 上门服务 服务 走访 座谈 对接 帮扶 办公 督导 会诊 解难题"
NO_OBSTACLES = "没问题 没有问题 未发现 没影响 没有影响 不影响 没困难 没有困难 未来 出差 差不多 无问题 无困难"
"""These only look like obstacles."""
NOTHING_WRONG = "无 暂无 没有 暂无问题 无问题 暂时没有 暂时无 / - — 无困难 暂无困难 没问题 零 均无 暂没有 无。"
"""Said under the heading of problems, these give none."""

HEDGES = (
    "合同 签订 签 "
    "不到 不足 不止 将近 约 近 大约 大概 接近 超过 超 逾 突破 达到 达 共计 共 为 是 有 了 计 面积 涉及 用地 "
    "土地 建设 宗地 地块 项目 宗数 情况 就 也 才 只 仅 的 数 量 还 到 至 在 过 出 个 批 等 全 仅有 均 其 然后 "
    "合计 总 来 哈 哦 啦 呢 一下 市 县 区 我们 我 你 他 它 那边 这边 那 这 上午 下午 早上 中午 晚上 傍晚 凌晨 "
    "成功 顺利 终于 一次性 集中 同时 还有 并 且 和 及 与 后 再 手续 文件 报件 卷 局 自然资源和规划 自然资源 "
    "规划 资源 拿到 取得 获得 收到 获 拿 方面 数据 国务院 省政府 市政府 省厅 厅 部 省 里 城镇 城市 农村 分 "
    "工业 商住 住宅 商业 服务 公益 基础设施 民生 单独选址 单选 增加 净 新 又 用 上"
)
"""Words around a figure that name no other thing."""

TAILS = (
    "了 的 哈 啦 呢 哦 左右 上下 地块 项目 用地 建设用地 土地 宗地 报件 批文 文件 等 整 余 多 城镇 批次 "
    "单独选址 手续 就 也 而 与 和 及 还 均 都 又 另 外"
)
"""Words behind a count that name no other thing."""

CORRECTS = re.compile(
    r"更正|(?<!整改)修正(?!案)|订正|勘误|改正为|(?<![如若没无])(?<!如果)(?<!坐标)(?<!材料)(?<!资料)(?<!图纸)(?<!面图)(?<!权属)(?<!定界)(?<!图斑)(?<!界线)(?<!边界)(?<!信息)(?<!地类)有误(?!差)|[写报发填打弄搞说算]错|错报|误报|多报|少报|报[多少]了|(?:数|报|发|面积|宗)[^，。;,\n]{0,12}不对|作废|以(?:此|这|本|下|新|后|最)[^，。;,\n]{0,7}为准|重发|重新发|口误|笔误|手误|应为|"
    r"(?<!应该)(?:改|修改|变更)[为成]|不是[^，。;\n]{0,12}(?:宗|亩)|而非",
)
"""A text with one of these says that something said before was wrong."""
