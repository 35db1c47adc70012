"""The sandbox page's words."""

from bot.document import PostKind
from bot.pages.feed import Purpose
from storage.records import Role

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")

BOT = "督办机器人"

ROLES = {
    Role.CITY_LIAISON: "市州联络员",
    Role.DIVISION_LIAISON: "责任处室",
    Role.LEADER: "厅领导",
    Role.ADMIN: "管理员",
    Role.UNKNOWN: "陌生人",
}

PURPOSES = {
    Purpose.HEADQUARTERS: ("工作群", "报送情况、督办单和周报发到这里"),
    Purpose.LEADERS: ("工作群", "每个工作日18:00收日报，周四收周报"),
    Purpose.LIAISONS: ("工作群", "各市州联络员共用"),
    Purpose.CITY: ("市州群", "报进展、收进度提醒"),
    Purpose.DIVISION: ("处室群", "收转办问题和三清单"),
    Purpose.DIRECT: ("私聊", "与督办机器人一对一"),
}

TAGS = {
    PostKind.ACK: "回执",
    PostKind.QUESTION: "请确认",
    PostKind.HINT: "提示",
    PostKind.REFUSAL: "未受理",
    PostKind.ANSWER: "答复",
    PostKind.REMINDER: "报送提示",
    PostKind.MISSING: "报送情况",
    PostKind.DAILY: "日报",
    PostKind.WARNING: "进度提醒",
    PostKind.WEEKLY: "周报",
    PostKind.SUMMARY: "总结",
    PostKind.PROBLEM: "问题督办",
    PostKind.ALERT: "通知",
}

SUGGESTIONS = {
    Role.CITY_LIAISON: (
        "今日批复3宗0.12万亩，累计批复45宗0.46万亩",
        "今日无新增",
        "进度",
        "撤回",
        "问题 压覆矿产补偿协议谈不下来",
    ),
    Role.DIVISION_LIAISON: ("进度", "三清单", "问题", "确认三清单", "帮助"),
    Role.LEADER: ("日报", "排名", "周报", "依据 恩施州", "问题"),
    Role.ADMIN: ("未报", "进度", "预览 日报", "名单", "状态", "帮助"),
    Role.UNKNOWN: ("我是 恩施州 张三", "今日批复3宗0.12万亩", "帮助"),
}

FOREIGN_HOST = "本页只在本机使用，请用 127.0.0.1 或 localhost 打开"
FOREIGN_ORIGIN = "只接受本页发出的请求"
NOT_JSON = "请求须为 JSON"
TOO_LARGE = "内容太大，未发送"
BAD_BODY = "请求内容有误"
NO_TEXT = "请先输入内容"
TOO_LONG = "消息太长：最多{limit}字，现有{length}字，请分条发送"
BAD_CHARACTERS = "消息中有无法显示的字符，请删去后再发"
NO_PERSON = "没有这个人，请刷新页面"
NO_CHAT = "没有这个会话，请刷新页面"
NOT_A_MEMBER = "您不在这个群里，只能旁观"
NO_FILE = "没有这个文件，或文件已清除"
BAD_STEP = "不认识的时钟步长"
BAD_LIMIT = "条数须在1到{limit}之间"
BUSY_CLOCK = "时钟正在拨动，请稍候"
STALE = "页面已过期，请重新载入"
