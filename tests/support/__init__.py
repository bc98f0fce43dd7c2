"""What the tests of every door share: where things are, compiling C, running programs, starting servers."""
