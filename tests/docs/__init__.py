"""The documents: what they lead to, how they are written, what is generated from them."""
