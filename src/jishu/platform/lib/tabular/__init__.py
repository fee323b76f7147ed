"""Ledgers as offices keep them: read safely, laid out, matched to declared columns, judged row by row, given back."""
