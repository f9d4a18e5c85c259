"""Refusals of carriage."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class NoLabelAccount(Problem):
    """The carrier has no account at a label service, or it is off: the number has to be typed."""

    code = "no_label_account"
    status = 409
    message = Text(
        "{carrier}没有可用的面单账户，请手工录入运单号",
        "{carrier} has no label account in use; type the waybill number",
    )


class NotServed(Problem):
    """The carrier does not go to this province."""

    code = "carrier_does_not_go_there"
    status = 409
    message = Text("{carrier}不送{province}，请换一家承运商", "{carrier} does not go to {province}; choose another one")


class ServiceUnreachable(Problem):
    """The label service did not answer in time. Whether it has issued a number is not known; asking again is safe."""

    code = "label_service_unreachable"
    status = 503
    message = Text(
        "{service}没有应答（{reason}）。可以稍后再取，不会重复出单；急发就手工录入运单号",
        "{service} did not answer ({reason}). Ask again, it is safe; or type the waybill number",
    )


class ServiceNonsense(Problem):
    """The label service answered something that cannot be believed."""

    code = "label_service_nonsense"
    status = 502
    message = Text(
        "{service}的应答无法识别（{reason}）。可以稍后再取，不会重复出单；急发就手工录入运单号",
        "{service} answered something unreadable ({reason}). Ask again, it is safe; or type the waybill number",
    )


class ServiceRefused(Problem):
    """The label service says no, and why."""

    code = "label_service_refused"
    status = 409
    message = Text("{service}拒绝：{reason}", "{service} refuses: {reason}")


class WaybillBusy(Problem):
    """Somebody else is asking for this very waybill at this moment."""

    code = "waybill_busy"
    status = 409
    message = Text("正在取这个运单号，请几秒后再看", "This waybill is just being asked for; look again in some seconds")


class WaybillTaken(Problem):
    """The number belongs to another parcel or box already."""

    code = "waybill_taken"
    status = 409
    message = Text("运单号 {number} 已属于 {reference}", "Waybill {number} belongs to {reference} already")


class WaybillUsed(Problem):
    """A parcel has left with it: it is not cancelled any more."""

    code = "waybill_in_use"
    status = 409
    message = Text(
        "运单 {number} 已随包裹发出，不能取消", "A parcel has left with waybill {number}; it cannot be cancelled"
    )


class NumbersUsedUp(Problem):
    """The range of numbers bought from the carrier is used up."""

    code = "waybill_numbers_used_up"
    status = 409
    message = Text("{carrier}的号段已用完，请补充号段", "The numbers of {carrier} are used up; add a range")


class BadPush(Problem):
    """A push of tracks that is not genuine, or cannot be read. `reason`: signature, body, fields, time."""

    code = "bad_track_push"
    status = 403
    message = Text("物流推送无效：{reason}", "Not a valid push of tracks: {reason}")
