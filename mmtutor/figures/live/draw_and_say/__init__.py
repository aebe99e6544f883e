"""Draw a digit, say it, and watch two networks make up their mind."""
