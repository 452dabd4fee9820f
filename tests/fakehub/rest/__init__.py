"""The REST endpoints, a module for each part of GitHub's documentation."""
