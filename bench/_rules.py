"""Live promotions as a busy mall has them, for the engine alone and for a running mall (`python -m bench._rules NUMBER`)."""

import json
import random
import sys
from typing import Any

#: (kind, configuration, how often it is met among a mall's promotions).
SPECIMENS: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("limited_discount", {"off_basis_points": 1_000}, 8),
    ("limited_discount", {"price": 4_900}, 4),
    ("full_reduction", {"steps": [{"threshold": 10_000 * n, "off": 1_000 * n} for n in (1, 2, 3)]}, 6),
    ("full_reduction", {"every": {"threshold": 20_000, "off": 2_000}}, 2),
)


def chosen(number: int, *, categories: list[int], brands: list[int]) -> list[dict[str, Any]]:
    """`number` promotions: one in ten for all goods, the others for a category or a brand; a third in exclusive groups."""
    chance = random.Random(number)
    kinds = [(kind, config) for kind, config, weight in SPECIMENS for _ in range(weight)]
    found = []
    for n in range(number):
        kind, config = chance.choice(kinds)
        where = chance.random()
        scope: dict[str, Any] = {"all": True}
        if where >= 0.1:
            scope = {"categories": [chance.choice(categories)]} if where < 0.6 else {"brands": [chance.choice(brands)]}
        group = chance.choice(("", "", f"group {n % 5}"))
        found.append({"kind": kind, "config": config, "scope": scope, "exclusive_group": group, "priority": n % 2})
    return found


def main(number: int) -> None:
    import django

    django.setup()
    from datetime import timedelta

    from zhanggui.catalog import selectors as catalog
    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.kernel.clock import now
    from zhanggui.promotions import services
    from zhanggui.promotions.types import PromotionDraft

    categories = [category.id for category in catalog.categories()]
    brands = [brand.id for brand in catalog.brands()]
    since = now() - timedelta(minutes=1)
    for n, wanted in enumerate(chosen(number, categories=categories, brands=brands)):
        draft = PromotionDraft(label_zh=f"活动 {n}", label_en=f"Offer {n}", starts_at=since, **wanted)
        services.publish(services.create_promotion(draft, actor=SYSTEM), actor=SYSTEM)
    print(json.dumps({"promotions": number}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
