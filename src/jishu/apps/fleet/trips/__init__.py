"""派车: who is driven where, when, in which car and by whom."""
