"""`scripts/run`: starts everything that the portal consists of on one machine, watches over it and ends it again."""
