"""What the fleet tells others. Stands below the models and is given their rows."""

from typing import Any

from jishu.platform.contract import DAY, KEY, TEXT, EventType, data_of
from jishu.platform.outbox.api import Fact, publish_all

TYPES = (
    EventType(
        type="fleet.vehicle_registered",
        title="车辆建档",
        schema=data_of(vehicle=KEY, plate=TEXT, category=TEXT, on=DAY),
    ),
    EventType(
        type="fleet.vehicle_disposed",
        title="车辆处置",
        schema=data_of(vehicle=KEY, plate=TEXT, mode=TEXT, income=TEXT, on=DAY),
    ),
)


def vehicle_registered(vehicle: Any) -> None:
    """The pass office and the ledger of assets wait for new cars."""
    publish_all([
        Fact(
            type="fleet.vehicle_registered", subject=vehicle.uid, unit=vehicle.unit.uid,
            data={
                "vehicle": str(vehicle.uid), "plate": vehicle.plate, "category": vehicle.category,
                "on": vehicle.bought_on.isoformat(),
            },
        )
    ])  # fmt: skip


def vehicle_disposed(disposal: Any) -> None:
    """The pass office takes back the pass, bookkeeping writes the car off; any move from now on is an alarm."""
    vehicle = disposal.vehicle
    publish_all([
        Fact(
            type="fleet.vehicle_disposed", subject=vehicle.uid, unit=disposal.unit.uid,
            data={
                "vehicle": str(vehicle.uid), "plate": vehicle.plate, "mode": disposal.mode,
                "income": str(disposal.income), "on": disposal.deregistered_on.isoformat(),
            },
        )
    ])  # fmt: skip
