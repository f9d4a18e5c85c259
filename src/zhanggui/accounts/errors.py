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
    message = Text("这个账号已被注册，请直接登录", "This account exists already; sign in instead")


class LastManager(Problem):
    code = "last_manager"
    status = 409
    message = Text("至少要保留一位可登录的店长", "At least one active manager must remain")


class RoleInUse(Problem):
    code = "role_in_use"
    status = 409
    message = Text("仍有员工使用这个角色", "Staff still hold this role")


class ClientUnknown(Problem):
    """A key is sent, and no program that may sell here has it."""

    code = "client_unknown"
    status = 401
    message = Text("客户端密钥无效或已停用", "The client key is not good, or no longer")


class SecondFactorNeeded(Problem):
    """The password was right; now the code. Only told to somebody who knows the password."""

    code = "second_factor_needed"
    status = 401
    message = Text("请输入两步验证码", "Give the code of your second factor as well")


class WrongCode(Problem):
    code = "wrong_code"
    status = 401
    message = Text("验证码不正确或已用过，请等下一个", "The code is not right or has been used; wait for the next one")


class SignInAgain(Problem):
    """Too long between password and code, or the account has changed meanwhile."""

    code = "sign_in_again"
    status = 401
    message = Text("登录已超时，请重新输入密码", "That took too long; give your password again")


class TwoFactorOn(Problem):
    code = "two_factor_on"
    status = 409
    message = Text("两步验证已经开启", "The second factor is on already")


class TwoFactorOff(Problem):
    code = "two_factor_off"
    status = 409
    message = Text("两步验证没有开启", "The second factor is not on")


class TwoFactorRequired(Problem):
    code = "two_factor_required"
    status = 409
    message = Text("您的角色必须使用两步验证，不能关闭", "Your role requires the second factor; it stays on")
