"""申购 (ZC-01): what may be bought, judged by headcount, standards and what stands idle; then received."""
