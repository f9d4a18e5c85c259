"""Background entries of integrations."""

from zhanggui.kernel.jobs import periodic


@periodic("* * * * *", name="integrations.fetch_pictures")
def fetch_pictures(timestamp: int) -> None:
    """Fetch the pictures of imported products that are known by address."""
    from .pictures import fetch_due

    fetch_due()
