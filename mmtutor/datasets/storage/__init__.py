"""Files: found, verified, fetched, unpacked, and read without running anything in them."""
