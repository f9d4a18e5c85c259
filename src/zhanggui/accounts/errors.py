"""Refusals of accounts."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class WrongCredentials(Problem):
    """Unknown account, wrong password or closed account: deliberately the same answer."""

    code = "wrong_credentials"
    status = 401
    message = Text("账号或密码不正确", "The account or the password is not right")


class AccountTaken(Problem):
    code = "account_taken"
    status = 409
    message = Text("这个账号已被注册,请直接登录", "This account exists already; sign in instead")


class LastManager(Problem):
    code = "last_manager"
    status = 409
    message = Text("至少要保留一位可登录的店长", "At least one active manager must remain")


class RoleInUse(Problem):
    code = "role_in_use"
    status = 409
    message = Text("仍有员工使用这个角色", "Staff still hold this role")
