"""What browsers may do with our pages, and what a password must be."""

from typing import Any

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
_VALIDATORS = "django.contrib.auth.password_validation"


def password_validators() -> list[dict[str, Any]]:
    """15 characters or more, no well-known password, nothing like the person's own name or address."""
    return [
        {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
        {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
        {
            "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("email", "name")},
        },
    ]
