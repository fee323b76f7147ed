"""维修 (ZC-12): warranty first, a quote, approval above a limit, and the cost into the books the right way."""
