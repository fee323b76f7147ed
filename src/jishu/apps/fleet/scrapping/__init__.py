"""处置报废 (GC-09): a car is appraised, let go of by approval, deregistered, and its place in the quota is free."""
