"""Django's settings. What the operator may change is in `jishu.runtime.environment`; the rest is decided here."""

from dataclasses import asdict
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from jishu.config.providing import provider_of
from jishu.runtime.environment import PACKAGE, Environment
from jishu.runtime.home import secret

_environment = Environment.read()

DEBUG = _environment.debug
SECRET_KEY = secret(_environment.home)
ALLOWED_HOSTS = list(_environment.hosts)
HOME = _environment.home
# What a printed address begins with; a page asked for knows better, paper does not.
PUBLIC_ADDRESS = (
    _environment.address.rstrip("/")
    if ALLOWED_HOSTS[0] in ("127.0.0.1", "*")
    else f"http{'s' if _environment.https else ''}://{ALLOWED_HOSTS[0].lstrip('.')}"
)

# 信息资源提供方 of the catalogue (GB/T 21063).
PROVIDER_NAME, PROVIDER_CODE = provider_of(_environment)

# --- what the platform is made of -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    # A kernel package or a business app joins by having an apps.py; nobody lists it here.
    *(f"jishu.{path.parent.parent.name}.{path.parent.name}" for path in sorted(PACKAGE.glob("*/*/apps.py"))),
]

MIDDLEWARE = [
    "jishu.platform.web.middleware.RequestId",
    "jishu.config.operations.watching.Watch",
    "jishu.platform.web.middleware.BoundedBody",
    "django.middleware.security.SecurityMiddleware",
    "jishu.config.headers.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jishu.platform.identity.sessions.Presence",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "jishu.config.urls"
WSGI_APPLICATION = "jishu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["jishu.platform.web.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jishu.platform.portal.context.frame",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------------------------

_address = conninfo_to_dict(_environment.database_url or "")

# A list joins its row to the names of what it points to. To try seven tables in every order takes PostgreSQL ten times
# as long as the query itself; four at a time, in the order the ORM wrote them, it comes to the same plan at once.
_PLANNING = "-c join_collapse_limit=4"

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address.pop("dbname", "jishu"),
        "USER": _address.pop("user", ""),
        "PASSWORD": _address.pop("password", ""),
        "HOST": _address.pop("host", ""),
        "PORT": _address.pop("port", ""),
        # The web server adds its pool: see wsgi.py.
        "OPTIONS": {**_address, "options": f"{_address.get('options', '')} {_PLANNING}".strip()},
        # A restarted database is noticed when a connection is taken, not by the person whose request breaks.
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(_environment.home / "files")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Contents of the archive, by their hash; previews drawn from them can be drawn again and stay on this machine.
    "archive": {"BACKEND": "jishu.platform.archive.store.s3.S3Store", "OPTIONS": asdict(_environment.bucket)}
    if _environment.bucket
    else {
        "BACKEND": "jishu.platform.archive.store.files.FileStore",
        "OPTIONS": {"location": str(_environment.home / "files")},
    },
}
ARCHIVE_DERIVED = _environment.home / "derived"
FILE_UPLOAD_HANDLERS = ["jishu.platform.web.uploads.BoundedUpload"]

# --- language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- people and sessions --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["jishu.platform.identity.login.LockoutBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_ENGINE = "jishu.platform.identity.sessions"
SESSION_COOKIE_NAME = "jishu_seat"  # not the name of releases that kept keys in clear: they would not know each other's
SESSION_COOKIE_AGE = 24 * 60 * 60  # at most; how long really, the policy of accounts says
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jishu.platform.portal.views.session.csrf_failed"

# --- the browser's side ---------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

if _environment.https:  # a proxy in front speaks TLS and says so
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

# --- what is written down -------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "jishu.config.operations.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": _environment.log}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # One line per request, for machines to read; on a terminal it would hide what matters.
    "loggers": {"jishu.access": {"level": "INFO" if _environment.log == "json" else "WARNING"}},
}
