"""Messages, as the platform's own system declares them."""

from jishu.platform.contract import Contract, Role

CONTRACT = Contract(
    code="notify",
    title="消息",
    group="个人",
    owner="机关事务中心",
    version="0.1.0",
    roles=(Role(code="notify.staff", title="收件人", permissions=("notify.read_message",), everyone=True),),
)
