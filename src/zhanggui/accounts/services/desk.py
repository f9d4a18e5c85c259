"""What lies on a colleague's desk: the filters they saved for themselves, and the duties of their roles."""

from django.db import transaction
from django.db.models import F

from zhanggui.kernel import audit
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from ..models import DutiesRead, Role, SavedFilter, UserRole
from .roles import only_own

FILTERS_AT_MOST = 30  # for one list


def save_filter(page: str, name: str, query: str, *, actor: Actor) -> int:
    """Keep a list's filters under a name (the same name again replaces it); its id. Raises ValidationFailed."""
    name = clean_text(name, "name", 40)
    if len(query) > 1000 or not query.isprintable():
        raise ValidationFailed.one("name", "too_long", "筛选条件太长，无法保存", "these filters are too long to keep")
    with transaction.atomic():
        owner = actor.id or 0
        mine = SavedFilter.objects.filter(user_id=owner, page=page)
        if mine.exclude(name=name).count() >= FILTERS_AT_MOST:
            message = Text(f"最多保存 {FILTERS_AT_MOST} 个筛选", f"at most {FILTERS_AT_MOST} filters can be kept")
            raise ValidationFailed(errors=[FieldError("name", "too_many", message)])
        kept, _ = SavedFilter.objects.update_or_create(
            user_id=owner, page=page[:40], name=name, defaults={"query": query}
        )
    return kept.id


def delete_filter(filter_id: int, *, actor: Actor) -> None:
    """Forget one of the actor's own filters; forgetting it twice changes nothing."""
    SavedFilter.objects.filter(id=filter_id, user_id=actor.id or 0).delete()


def put_duties(role: str, *, text_zh: str, text_en: str, actor: Actor) -> None:
    """A role's job description. New words are a new version, which everybody in the role is asked to read.

    Raises NotFound, ValidationFailed, PermissionDenied.
    """
    words = {
        "duties_zh": clean_text(text_zh, "text_zh", 10_000, required=False, lines=True),
        "duties_en": clean_text(text_en, "text_en", 10_000, required=False, lines=True),
    }
    with transaction.atomic():
        kept = Role.objects.filter(code=role).first()
        if kept is None:
            raise NotFound()
        only_own(actor, kept.permissions)
        before = {"duties_zh": kept.duties_zh, "duties_en": kept.duties_en}
        if before == words:
            return
        Role.objects.filter(id=kept.id).update(**words, duties_version=F("duties_version") + 1)
        audit.record(
            actor=actor, action="accounts.put_duties", target_type="role", target_id=role, before=before, after=words
        )


def acknowledge_duties(role: str, version: int, *, actor: Actor) -> None:
    """The actor has read the description of a role they hold. Raises NotFound (also when it has changed meanwhile)."""
    with transaction.atomic():
        held = UserRole.objects.filter(
            user_id=actor.id or 0, role__code=role, role__duties_version=version, role__duties_version__gt=0
        ).first()
        if held is None:
            raise NotFound()
        _, fresh = DutiesRead.objects.get_or_create(user_id=held.user_id, role_id=held.role_id, version=version)
        if fresh:
            audit.record(
                actor=actor,
                action="accounts.acknowledge_duties",
                target_type="role",
                target_id=role,
                after={"version": version},
            )
