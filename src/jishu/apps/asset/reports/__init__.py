"""Reports on the ledger: one value each, shown as a page with bars, as a workbook and as paper."""
