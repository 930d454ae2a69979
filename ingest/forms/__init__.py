"""What is read from pages: typed forms, and how their fields are drawn."""
