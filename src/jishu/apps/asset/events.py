"""What the ledger tells others. Stands below the models and is given their rows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from jishu.platform.contract import DAY, KEY, TEXT, WHOLE, EventType, data_of
from jishu.platform.outbox.api import Fact, publish_all

TYPES = (
    EventType(
        type="asset.card_issued",
        title="资产交付使用",
        schema=data_of(card=KEY, number=TEXT, category=TEXT, user=KEY, case=KEY),
    ),
    EventType(
        type="asset.cards_disposed",
        title="资产处置核销",
        schema=data_of(disposal=KEY, mode=TEXT, cards=WHOLE, value=TEXT, income=TEXT, on=DAY),
    ),
    EventType(
        type="asset.cards_transferred",
        title="资产调拨",
        schema=data_of(transfer=KEY, mode=TEXT, cards=WHOLE, value=TEXT, to_unit=KEY, on=DAY),
    ),
    EventType(
        type="asset.depreciation_closed",
        title="折旧结账",
        schema=data_of(closing=KEY, month=DAY, amount=TEXT, accumulated=TEXT),
    ),
)


def cards_issued(cards: Iterable[Any], *, case: UUID) -> None:
    publish_all(
        Fact(
            type="asset.card_issued", subject=card.uid, unit=card.unit.uid,
            data={
                "card": str(card.uid), "number": card.number, "category": card.category.code,
                "user": str(card.user.uid) if card.user else "", "case": str(case),
            },
        )
        for card in cards
    )  # fmt: skip


def depreciation_closed(closing: Any) -> None:
    """Bookkeeping takes its voucher from this."""
    publish_all([
        Fact(
            type="asset.depreciation_closed", subject=closing.uid, unit=closing.unit.uid,
            data={
                "closing": str(closing.uid), "month": closing.month.isoformat(), "amount": str(closing.amount),
                "accumulated": str(closing.accumulated),
            },
        )
    ])  # fmt: skip


def cards_disposed(disposal: Any) -> None:
    """Bookkeeping writes off what the ledger has written off."""
    publish_all([
        Fact(
            type="asset.cards_disposed", subject=disposal.uid, unit=disposal.unit.uid,
            data={
                "disposal": str(disposal.uid), "mode": disposal.mode, "cards": disposal.cards,
                "value": str(disposal.value), "income": str(disposal.income), "on": disposal.disposed_on.isoformat(),
            },
        )
    ])  # fmt: skip


def cards_transferred(transfer: Any) -> None:
    """Bookkeeping of both units moves what the ledgers have moved."""
    publish_all([
        Fact(
            type="asset.cards_transferred", subject=transfer.uid, unit=transfer.unit.uid,
            data={
                "transfer": str(transfer.uid), "mode": transfer.mode, "cards": transfer.cards,
                "value": str(transfer.value), "to_unit": str(transfer.to_unit.uid),
                "on": transfer.moved_on.isoformat(),
            },
        )
    ])  # fmt: skip
