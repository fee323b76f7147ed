"""New years of the working calendar: read from a notice, seen beforehand, agreed by two people, put in use."""
