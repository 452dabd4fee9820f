"""Lock files and requirements of Python's package managers."""
