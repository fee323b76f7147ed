"""My account (我的账号): password, second factor, sessions, tokens, and what happened to them."""
