"""一车一档: everything of one car on one page and one paper."""
