"""What the shop window remembers of orders: nothing that could not be computed again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Together(models.Model):
    """A product and what buyers of it bought as well, most often first. By id only: a product that is gone is passed over."""

    product_id = models.BigIntegerField(primary_key=True)
    others = ArrayField(models.BigIntegerField())
