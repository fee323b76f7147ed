"""What the ledger does when others tell of something."""

from jishu.platform.contract import Event
from jishu.platform.identity.api import holders_of
from jishu.platform.notify.api import tell

from . import selectors

KEEPER = "asset.keeper"


def ask_for_handing_over(event: Event) -> None:
    """Somebody leaves (人员离岗): whoever keeps the assets of a unit hears which things must be handed over."""
    for unit, held in selectors.held_by_unit(event.data["person"]):
        count, person = len(held), held[0].user
        numbers = "、".join(card.number for card in held[:10]) + ("等" if count > 10 else "")
        tell(
            holders_of(KEEPER, unit), title=f"{person}离岗，名下 {count} 件资产待交接",
            body=f"{event.data['on']} 起离岗。请办理移交或收回：{numbers}。",
            link=f"/hall/ZC-11/apply/?person={event.data['person']}",
        )  # fmt: skip
