"""How long a commit of five files waits for its hook: cold, again, by check, by module, under frameworks."""
