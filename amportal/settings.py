"""All settings, grouped as docs/configuration.md is; what varies comes from the environment, through amportal.env."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from amportal import __version__
from amportal.celery_settings import celery_settings
from amportal.env import Environment, kept_secret
from amportal.logging import LEVELS, logging_settings
from amportal.mail import mail_settings
from amportal.security import CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY  # noqa: PLC0414 - a setting
from amportal.security import password_validators
from amportal.storage import file_storage

env = Environment(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__

# The project
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "ingest.apps.IngestConfig",
]
MIDDLEWARE = [
    "amportal.request_id.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ingest.views.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ingest.views.middleware.PersonalSettings",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "amportal.urls"
WSGI_APPLICATION = "amportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ingest.views.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "ingest.forms.renderer.PortalRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # whether subdomains and browsers' lists join is the site's

# The server. The command line needs none of these; without a secret key Django refuses whatever needs a signature.
DEBUG = env.boolean("AMPORTAL_DEBUG", default=False)
DATA_DIR = env.path("AMPORTAL_DATA_DIR", default=BASE_DIR / "var" / "data")
SECRET_KEY = env.secret("AMPORTAL_SECRET_KEY", least_characters=50) or kept_secret(DATA_DIR / "secret.key")
SECRETS_KEYS = env.key_ring("AMPORTAL_SECRETS_KEYS")  # without them one is made of the secret key
ALLOWED_HOSTS = list(env.names("AMPORTAL_ALLOWED_HOSTS")) or ["127.0.0.1", "localhost", "[::1]"]
HTTPS = env.boolean("AMPORTAL_HTTPS", default=False)
_FIRST_HOST = ALLOWED_HOSTS[0].strip(".*") or "localhost"
ADDRESS = env.origin("AMPORTAL_ADDRESS", default=f"{'https' if HTTPS else 'http'}://{_FIRST_HOST}")
ADDRESS_IS_SET = bool(env.text("AMPORTAL_ADDRESS"))  # else messages about accounts lead where their page was asked for
TRUSTED_PROXIES = env.whole("AMPORTAL_TRUSTED_PROXIES", default=0, least=0, most=10)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
CONTACT = env.text("AMPORTAL_CONTACT")

# Data: the database, the files, the folder for both
DATABASES = {"default": env.database("AMPORTAL_DATABASE_URL", default=DATA_DIR / "amportal.sqlite3")}
SPOOL_DIR = env.path("AMPORTAL_SPOOL_DIR", default=DATA_DIR / "spool")
SPOOL_IS_SHARED = SPOOL_DIR != DATA_DIR / "spool"  # by several machines perhaps, each with writes that only it sees
SCRATCH_DIR = env.path("AMPORTAL_SCRATCH_DIR", default=DATA_DIR / "scratch")
LOCAL_ROOTS = env.paths("AMPORTAL_LOCAL_ROOTS", default=(DATA_DIR / "outbox",))
PRIVATE_DESTINATIONS = env.networks("AMPORTAL_PRIVATE_DESTINATIONS")
LEND_CREDENTIALS = env.boolean("AMPORTAL_LEND_CREDENTIALS", default=False)
DISK_RESERVE_BYTES = env.whole("AMPORTAL_DISK_RESERVE_MIB", default=2048, least=0, most=10**9) * 1024**2
STATIC_URL = "static/"
STATIC_ROOT = env.path("AMPORTAL_STATIC_DIR", default=DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "files": file_storage(env, DATA_DIR / "files"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["ingest.views.small_files.SmallFiles"]  # customer files have a way of their own
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the table of 300 columns has a dozen fields in each row
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}  # fmt: skip

# Work: workers, the dispatcher, the broker between them
REDIS_URL = env.secret("AMPORTAL_REDIS_URL", least_characters=8) or f"unix://{DATA_DIR / 'redis' / 'redis.sock'}"
LEASE = timedelta(seconds=env.whole("AMPORTAL_LEASE_SECONDS", default=60, least=2, most=3600))
FAILPOINTS = env.text("AMPORTAL_FAILPOINTS")  # for tests of this program alone
globals().update(celery_settings(REDIS_URL))

# People: signing in, sessions
AUTH_USER_MODEL = "ingest.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = password_validators()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ingest.views.accounts.PortalAdapter"
ACCOUNT_FORMS = {
    "login": "ingest.forms.account.SignInForm",
    "change_password": "ingest.forms.account.NewPasswordForm",
    "set_password": "ingest.forms.account.FirstPasswordForm",
    "reset_password": "ingest.forms.account.ForgottenPasswordForm",
    "reset_password_from_key": "ingest.forms.account.ReplacePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation only, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "ingest.views.sign_in_guard.name_tried"
AXES_CLIENT_IP_CALLABLE = "ingest.views.sign_in_guard.client_address"
AXES_CLIENT_STR_CALLABLE = "ingest.views.sign_in_guard.anonymous"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_DISABLE_ACCESS_LOG = True  # failures are counted; who came and went is nobody's business
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Five failures close the door for one person at one address (axes). By person alone anybody could lock anybody out.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]  # stay out of the log
SESSION_COOKIE_AGE = env.whole("AMPORTAL_SESSION_HOURS", default=12, least=1, most=720) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ingest.views.errors.csrf_failure"

# Headers
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# E-mail
globals().update(mail_settings(env, DATA_DIR / "mail"))
MAILS_LEAVE = bool(env.text("AMPORTAL_MAIL_HOST"))  # else nobody is told of changes: files in a folder reach nobody

# Time and language
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
# Each in its own name. A language is offered once its texts are there; half a page in another one helps nobody.
LANGUAGES = [
    ("en", "English"),
    *([("zh-hans", "简体中文")] if (BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.mo").exists() else []),
]
FORMAT_MODULE_PATH = ["amportal.formats"]
USE_THOUSAND_SEPARATOR = False  # grouped where a number is for people, by the filters of ingest/templatetags

# Logs
LOGGING = logging_settings(env.choice("AMPORTAL_LOG_LEVEL", default="WARNING", choices=LEVELS))
