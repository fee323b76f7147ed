"""The pages of cases: lists, applying, and the case itself."""
