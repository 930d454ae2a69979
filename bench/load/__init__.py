"""20 people at work on a portal with very many batches: how long pages and fragments take."""
