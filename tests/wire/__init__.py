"""The wire: recorded traffic, and servers whose every byte is chosen."""
