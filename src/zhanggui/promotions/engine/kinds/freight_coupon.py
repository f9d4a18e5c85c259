"""运费券: the holder of a code pays less freight, or none. Configured like `free_shipping`."""

from zhanggui.kernel.i18n import Text

from ..kind import Badge, Kind
from ..values import Lane
from .free_shipping import Terms, offer, parse
from .free_shipping import badge as of_promotion


def badge(terms: Terms) -> Badge:
    found = of_promotion(terms)
    return found._replace(text=Text(f"{found.text.zh}券", found.text.en))


KIND = Kind(
    "freight_coupon", Lane.FREIGHT, Text("运费券", "Delivery coupon"), parse, offer, badge, by_code=True, stepped=True
)
