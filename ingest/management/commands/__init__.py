"""One module a command; each reads its arguments, calls the engine and reports."""
