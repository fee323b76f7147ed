"""借用归还: a thing lent for some days, never to two people at once."""
