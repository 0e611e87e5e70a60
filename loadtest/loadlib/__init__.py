"""Parts of loadtest/load."""
