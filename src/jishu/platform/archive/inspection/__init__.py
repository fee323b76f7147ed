"""What a file from outside really is and what it says. Knows no Django: most of it runs in the bounded child."""
