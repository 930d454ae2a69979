"""What Django's command line finds of this app."""
