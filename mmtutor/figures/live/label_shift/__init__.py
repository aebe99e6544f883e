"""Two domains: how far the target moved, and how its label shares differ."""
