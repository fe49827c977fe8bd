"""What people do in progress, one file per noun."""
