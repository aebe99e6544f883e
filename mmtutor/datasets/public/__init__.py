"""Public data sets, which are fetched when a reader asks for them."""
