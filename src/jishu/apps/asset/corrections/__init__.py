"""敏感字段变更: what a card says about its value and origin, changed only by two people."""
