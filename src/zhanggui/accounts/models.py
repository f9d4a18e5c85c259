"""Tables of accounts: users, roles, tokens, second factors, attempt counters, and what staff keep for themselves."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from zhanggui.kernel.clock import MallNow


class User(models.Model):
    """A sign-in identity. Staff sign in by mail address, members by mobile; imported members may have neither yet."""

    kind = models.CharField(max_length=8)
    email = models.CharField(max_length=254, null=True)
    mobile = models.CharField(max_length=20, null=True)
    password = models.CharField(max_length=160)
    name = models.CharField(max_length=80, default="", db_default="")
    is_active = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_once"),
            models.UniqueConstraint(fields=["mobile"], name="user_mobile_once"),
            models.CheckConstraint(condition=Q(kind__in=["staff", "member"]), name="user_kind"),
            models.CheckConstraint(condition=Q(kind="member") | Q(email__isnull=False), name="staff_has_email"),
            models.CheckConstraint(condition=Q(email=None) | Q(email=Lower(F("email"))), name="user_email_lower"),
        ]
        indexes = [models.Index(fields=["id"], name="user_staff", condition=Q(kind="staff"))]


class Role(models.Model):
    """A named set of permissions. `offered` remembers what was shipped, so that a right taken away stays away."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    permissions = ArrayField(models.TextField(), default=list)
    offered = ArrayField(models.TextField(), default=list)
    #: The job description (岗位职责); `duties_version` rises when its words change.
    duties_zh = models.TextField(default="", db_default="")
    duties_en = models.TextField(default="", db_default="")
    duties_version = models.IntegerField(default=0, db_default=0)


class DutiesRead(models.Model):
    """A member of staff has acknowledged one version of a role's job description."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")
    version = models.IntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "version"], name="duties_read_once")]


class UserRole(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="user_role_once")]


class AccessToken(models.Model):
    """A bearer token; only its SHA-256 is kept. `scopes` narrow the owner's permissions (null: all of them).

    A `session` came from signing in: it lives on while it is used, and remembers the device it was opened on.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, default="token", db_default="token")
    name = models.CharField(max_length=80, default="", db_default="")
    agent = models.CharField(max_length=200, default="", db_default="")
    address = models.CharField(max_length=64, default="", db_default="")
    scopes = ArrayField(models.TextField(), null=True)
    created_at = models.DateTimeField(db_default=MallNow())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["token", "session"]), name="token_kind")]
        indexes = [models.Index(fields=["user", "-id"], name="token_of_user")]


class Client(models.Model):
    """A program buyers shop with (a mini-program, an app, a partner's site): the channel it sells through, and its key.

    Only the key's SHA-256 is kept. Several programs may share a channel.
    """

    channel = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=MallNow())
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__regex=r"^[a-z0-9][a-z0-9_.-]*$"), name="client_channel_code")
        ]


class TwoFactor(models.Model):
    """A second factor: a sealed TOTP secret. Until `confirmed_at` it is an offer; `last_step` makes a code work once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=MallNow())
    confirmed_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code for the day the phone is lost: a keyed digest, good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]


class SavedFilter(models.Model):
    """A list's filters under a name, for the one who saved them. `page` names the list, `query` is its address's end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_once")]


class Attempt(models.Model):
    """How often something was tried by somebody (a keyed digest, never the address or number itself) until `until`."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField()
    until = models.DateTimeField(db_index=True)
