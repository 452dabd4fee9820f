"""Lock files of Go modules."""
