"""What it costs, measured: each prints a ratio to a baseline of the same run. See `make bench`."""
