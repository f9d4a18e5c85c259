"""The only row locks of accounts: one change of a staff account at a time."""

from zhanggui.kernel import db

from .models import User


@db.needs_transaction
def hold_staff(user_id: int) -> User | None:
    """The staff account, locked until the end of the transaction; None where there is none."""
    return User.objects.select_for_update().filter(id=user_id, kind="staff").first()
