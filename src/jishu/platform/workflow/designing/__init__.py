"""Drawing flows: pure changes of the tree, what is wrong with it, what it says in words, and who would decide."""
