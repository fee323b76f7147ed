"""One's own account, as the platform's own system declares it."""

from jishu.platform.contract import Contract, Page

from .views import access, home, machines, rules, secrets

CONTRACT = Contract(
    code="account",
    title="我的账号",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    pages=(
        Page(title="账号与安全", path="", view=home.safety, in_menu=False),
        Page(title="安全事件", path="events/", view=home.events, in_menu=False),
        Page(title="修改密码", path="password/", view=secrets.password, in_menu=False),
        Page(title="动态口令", path="factor/", view=secrets.factor, in_menu=False),
        Page(title="恢复码", path="factor/codes/", view=secrets.recovery_codes, in_menu=False),
        Page(title="停用动态口令", path="factor/off/", view=secrets.give_up, in_menu=False),
        Page(title="登录设备", path="devices/", view=access.devices, in_menu=False),
        Page(title="结束登录", path="devices/<uuid:uid>/end/", view=access.end_device, in_menu=False),
        Page(title="接口令牌", path="tokens/", view=access.api_tokens, in_menu=False),
        Page(title="吊销令牌", path="tokens/<uuid:uid>/revoke/", view=access.revoke_token, in_menu=False),
        Page(title="我负责的对接账号", path="programs/", view=machines.programs_of_mine, in_menu=False),
        Page(title="对接账号令牌", path="programs/<uuid:uid>/", view=machines.program_tokens, in_menu=False),
        Page(
            title="吊销对接令牌",
            path="programs/<uuid:uid>/<uuid:token>/revoke/",
            view=machines.revoke_program_token,
            in_menu=False,
        ),
        Page(title="账号安全规定", path="policy/", view=rules.account_policy),
    ),
)
