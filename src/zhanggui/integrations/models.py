"""Tables of integrations: what was imported from where."""

from django.db import models

from zhanggui.kernel.clock import MallNow


class ImportRun(models.Model):
    """One import of certain files in a certain format; the same files again continue or repeat it."""

    format = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)  # of all the files together
    files = models.JSONField(default=list)
    status = models.CharField(max_length=10, default="running", db_default="running")
    attempts = models.IntegerField(default=1, db_default=1)
    handled = models.BigIntegerField(default=0, db_default=0)  # records dealt with by the attempt that got furthest
    summary = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    started_at = models.DateTimeField(db_default=MallNow())
    finished_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["format", "digest"], name="import_run_once"),
            models.CheckConstraint(condition=models.Q(status__in=["running", "finished"]), name="import_run_status"),
        ]


class ImportJob(models.Model):
    """An import asked for at the desk: whose, of which files, how far it is, and what came of it.

    `folder` holds the files, below the data directory; "" once they are forgotten. `created` and `updated` add up over all
    attempts; the other counts are those of the attempt now. `carried` is what earlier attempts had taken, which this one
    meets again as unchanged. `line` of `lines` has been read; `lines` is 0 where that cannot be told beforehand.
    """

    format = models.CharField(max_length=40)
    files = models.JSONField(default=list)  # [{name, size}]
    folder = models.CharField(max_length=64)
    dry_run = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=10, default="waiting", db_default="waiting")
    stop = models.BooleanField(default=False, db_default=False)  # somebody asked for it
    attempts = models.IntegerField(default=0, db_default=0)
    lines = models.BigIntegerField(default=0, db_default=0)
    line = models.BigIntegerField(default=0, db_default=0)
    handled = models.BigIntegerField(default=0, db_default=0)
    created = models.BigIntegerField(default=0, db_default=0)
    updated = models.BigIntegerField(default=0, db_default=0)
    unchanged = models.BigIntegerField(default=0, db_default=0)
    carried = models.BigIntegerField(default=0, db_default=0)
    left_out = models.BigIntegerField(default=0, db_default=0)
    rejected = models.BigIntegerField(default=0, db_default=0)
    noted = models.BigIntegerField(default=0, db_default=0)
    failure = models.JSONField(null=True)  # {code, zh, en}
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # nobody has to look at it any more

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "running", "finished", "failed", "stopped"]),
                name="import_job_status",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(status__in=["waiting", "running"]), name="import_job_to_do"),
            models.Index(fields=["id"], condition=models.Q(settled_at__isnull=True), name="import_job_unsettled"),
        ]


class ImportRemark(models.Model):
    """A line of an import's report, in both languages; said again by a later attempt it stays one line."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8)
    file = models.TextField()
    line = models.IntegerField()
    external_id = models.TextField(default="", db_default="")
    field = models.TextField(default="", db_default="")
    code = models.TextField()
    message = models.TextField()
    message_en = models.TextField()
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "digest"], name="import_remark_once")]
        indexes = [models.Index(fields=["job", "outcome", "id"], name="import_remark_page")]


class ImportRecord(models.Model):
    """One record of the outside world as it was last taken; an equal digest means that there is nothing to do.

    `file` and `line` tell a second record of the same name in the same file from the first. `extras` keeps the cells that
    nothing here stands for, so that an export can give them back. `stated` holds what the file said of each SKU (sale price,
    list price, cost, quantity): the same word said again does not undo what has happened here since.
    """

    kind = models.CharField(max_length=8)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=32)
    target_id = models.BigIntegerField(null=True)
    file = models.CharField(max_length=64)
    line = models.IntegerField()
    extras = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    stated = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "external_id"], name="integrations_record_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["product", "order"]), name="integrations_record_kind"),
        ]
        indexes = [models.Index(fields=["kind", "target_id"], name="integrations_record_target")]
