"""配备更新 (GC-04): a car is asked for, judged by category, price, quota and age, approved, accepted into a file."""
