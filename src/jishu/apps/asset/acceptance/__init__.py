"""验收入库: one delivery, accepted by two people, becomes cards in one step."""
