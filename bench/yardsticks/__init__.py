"""What the engine is measured against: each module is a program of its own, run as a process."""
