"""What campaigns announce."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class CampaignEvent(Event):
    campaign_id: int

    @property
    def aggregate(self) -> str:
        return f"campaign:{self.campaign_id}"


@dataclass(frozen=True, slots=True)
class CampaignAnnounced(CampaignEvent):
    """Its dates stand from now on."""

    name: ClassVar[str] = "campaigns.announced"


@dataclass(frozen=True, slots=True)
class CampaignStarted(CampaignEvent):
    """Its window has opened."""

    name: ClassVar[str] = "campaigns.started"


@dataclass(frozen=True, slots=True)
class CampaignEnded(CampaignEvent):
    """Its window has closed, or somebody has called it off."""

    name: ClassVar[str] = "campaigns.ended"
