"""Reasoning about access: what policies allow, decided without AWS."""
