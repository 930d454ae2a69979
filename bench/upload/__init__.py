"""A customer file through the portal, against a server that only reads it."""
