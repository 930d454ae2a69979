"""A password, key or passphrase on its way to a destination."""


class Secret:
    """Text that must not be seen: its `repr`, `str` and format say nothing. It cannot be pickled or compared."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the library that signs in with it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        raise TypeError("a secret is not handed on in a message")
