"""What keeps the portal from starting."""


class StartError(Exception):
    """The portal cannot start; the message is a sentence that says why and what to do."""
