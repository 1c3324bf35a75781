"""What people hand in: forms that only validate; services write."""
