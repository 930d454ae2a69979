"""Rules of the house, each as a test: layout, budgets, directions, docs that agree with the code."""
