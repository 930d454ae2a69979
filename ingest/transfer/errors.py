"""Why something cannot be sent: decided where it happens, in words for the person who must act."""


class Misconfigured(Exception):
    """Somebody must change a setting; trying again is of no use. The text says who must do what."""
