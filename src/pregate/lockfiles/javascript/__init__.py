"""Lock files of JavaScript's package managers."""
