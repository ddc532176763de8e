"""Sentences for what happens to accounts, organisations and tokens."""

from tuwei.web.base.events import catalogue

catalogue(
    {
        "account.applied": ("{label} 申请账号", "{label} applied for an account"),
        "account.confirmed": (
            "{label} 确认了邮箱，等待审批",
            "{label} confirmed the e-mail address and waits for approval",
        ),
        "account.approved": ("{actor} 批准了 {label} 的账号", "{actor} approved the account of {label}"),
        "account.refused": (
            "{actor} 拒绝了 {label} 的申请：{reason}",
            "{actor} refused the application of {label}: {reason}",
        ),
        "account.suspended": (
            "{actor} 停用了 {label} 的账号：{reason}",
            "{actor} suspended the account of {label}: {reason}",
        ),
        "account.reactivated": (
            "{actor} 恢复了 {label} 的账号",
            "{actor} re-activated the account of {label}",
        ),
        "account.identity_checked": (
            "{actor} 核验了 {label} 的身份",
            "{actor} checked the identity of {label}",
        ),
        "account.identity_withdrawn": (
            "{actor} 撤销了 {label} 的身份核验",
            "{actor} withdrew the identity check of {label}",
        ),
        "account.moved": (
            "{actor} 调整了 {label} 的角色或单位",
            "{actor} changed the role or organisation of {label}",
        ),
        "account.invited": ("{actor} 邀请了 {label}", "{actor} invited {label}"),
        "account.uninvited": (
            "{actor} 撤回了对 {label} 的邀请",
            "{actor} withdrew the invitation of {label}",
        ),
        "account.joined": ("{label} 接受邀请，开通账号", "{label} accepted the invitation"),
        "account.created": (
            "{label} 的账号由命令行建立",
            "The account of {label} was made on the command line",
        ),
        "account.profile": ("{actor} 修改了个人资料", "{actor} changed the profile"),
        "account.password": ("{label} 修改了密码", "{label} changed the password"),
        "account.factor_on": ("{actor} 开启了两步验证", "{actor} turned the second factor on"),
        "account.factor_off": ("{label} 关闭了两步验证", "{label} turned the second factor off"),
        "account.factor_codes": ("{actor} 更换了备用码", "{actor} made new backup codes"),
        "token.created": ("{actor} 建立了访问令牌“{label}”", "{actor} made the API token “{label}”"),
        "token.revoked": ("{actor} 撤销了访问令牌“{label}”", "{actor} revoked the API token “{label}”"),
        "organisation.created": (
            "{actor} 登记了单位“{label}”",
            "{actor} registered the organisation “{label}”",
        ),
        "organisation.changed": (
            "{actor} 修改了单位“{label}”的资料",
            "{actor} changed the page of the organisation “{label}”",
        ),
        "organisation.verified": (
            "{actor} 核验了单位“{label}”",
            "{actor} verified the organisation “{label}”",
        ),
    }
)
