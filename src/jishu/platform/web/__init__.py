"""The door of hand-written pages: who may open them, how errors answer, how declared fields become forms."""
