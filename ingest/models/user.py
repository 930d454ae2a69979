"""A person who signs in: e-mail address as name, and how the portal looks to them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; addresses are compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password nobody can sign in as them."""
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, whatever its capitals."""
        return self.get(email=normal_email(username or ""))


class User(AbstractUser):
    """A person. What they may do is said by their memberships, never by `is_staff` or `is_superuser`.

    `language` is empty for whoever follows their browser; `browser_language` is what it last asked for then, so that
    messages, which no browser asks for, are in it as well.
    `mails_off`: the kinds (`Mail.Kind`) of messages that they do not want; `request_mails` is about what waits for
    their decision.
    """

    class Theme(models.TextChoices):
        """The colours of the portal."""

        SYSTEM = "system", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Requests(models.TextChoices):
        """When an approver is told of what waits for a decision."""

        AT_ONCE = "at_once", _("At once, a message for each")
        DAILY = "daily", _("Once a day, all together")
        NEVER = "never", _("Never")

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    browser_language = models.CharField(max_length=16, blank=True, default="", editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    mails_off = models.JSONField(default=list, blank=True)
    request_mails = models.CharField(max_length=8, choices=Requests.choices, default=Requests.AT_ONCE)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """One spelling of each address."""
        self.email = normal_email(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """The name people see."""
        return self.name

    def get_short_name(self) -> str:
        """The name people see."""
        return self.name


def normal_email(address: str) -> str:
    """The one spelling under which an address is kept."""
    return address.strip().lower()
