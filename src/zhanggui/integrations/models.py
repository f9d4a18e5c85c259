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
