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


@dataclass(frozen=True, slots=True)
class SponsorshipEvent(Event):
    sponsorship_id: int

    @property
    def aggregate(self) -> str:
        return f"sponsorship:{self.sponsorship_id}"


@dataclass(frozen=True, slots=True)
class SponsorshipAgreed(SponsorshipEvent):
    """A sponsor and the mall have agreed; also on other terms than before."""

    name: ClassVar[str] = "campaigns.sponsorship_agreed"


@dataclass(frozen=True, slots=True)
class SponsorshipShown(SponsorshipEvent):
    """Its time has come: its goods and its place are marked as sponsored from now on."""

    name: ClassVar[str] = "campaigns.sponsorship_shown"


@dataclass(frozen=True, slots=True)
class SponsorshipOver(SponsorshipEvent):
    """Its time is over, or it was cancelled; nothing is marked any more."""

    name: ClassVar[str] = "campaigns.sponsorship_over"
