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
