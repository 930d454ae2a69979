"""What people and workers do, one verb after the other, each in one transaction."""
