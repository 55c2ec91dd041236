"""Settings, one file, read from the environment. A wrong value stops the start with a sentence.

SQLite and an in-process Celery are the default, so that `make demo` needs no server; `DATABASE_URL` and `REDIS_URL`
choose PostgreSQL and Redis.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
VAR.mkdir(exist_ok=True)

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=not env.str("DATABASE_URL", default=""))
SECRET_KEY = env.str("SECRET_KEY", default="demonstration-only-" + "k" * 40 if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: a long random text that stays the same between starts.")
# Keys of before: what was made with them (sessions, links, the secrets of the second factor) still opens.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "kbl",
    "kbl.organisations",
    "kbl.mail",
    "kbl.accounts",
    "kbl.second_person",
    "kbl.fund",
    "kbl.jobs",
    "vouchers",
    "intermediaries",
    "libraries",
    "kbl.discrepancies",
    "kbl.settlements",
    "kbl.payments",
    "reporting",
    "kbl.intake",
    "kbl.upkeep",
    "kbl.programme",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kbl.site.middleware.NoStoreMiddleware",
    "kbl.site.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "kbl.urls"
WSGI_APPLICATION = "kbl.wsgi.application"

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
                "kbl.site.navigation.navigation",
            ],
        },
    }
]

# --- the database -----------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'kbl.sqlite3'}")}
DATABASE = DATABASES["default"]
DATABASE["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASE["CONN_HEALTH_CHECKS"] = True
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["ENGINE"] = "kbl.sqlite3"  # keeps triggers when a table is rebuilt
    # A writing transaction is alone from its first statement, as the rules expect.
    DATABASE["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"}
else:
    # Answer after commit, never wait long: a desk has a queue. And never compile a question first: for one about many
    # tables and few rows that took two seconds, and its answer ten milliseconds (docs/performance.md). A closing sorted
    # on disk with PostgreSQL's own 4 MB; with 16 a dozen connections stay far below a machine of 4 GB.
    DATABASE.setdefault("OPTIONS", {})["options"] = (
        f"-c synchronous_commit=on -c jit=off -c lock_timeout={env.int('LOCK_TIMEOUT_MS', default=3000)}"
        f" -c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=15000)}"
        f" -c work_mem={env.int('WORK_MEM_MB', default=16)}MB"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and their sessions ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "kbl.accounts.backends.RoleBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "kbl.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "kbl.accounts.adapter.AccountAdapter"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "kbl.accounts.reset_tokens.ResetTokens"
ACCOUNT_FORMS = {"reset_password": "kbl.accounts.resets.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "KBL"
MFA_TOTP_TOLERANCE = 1  # a code of the step before or after counts: telephones' clocks differ, and typing takes time
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)
MFA_ADAPTER = "kbl.accounts.adapter.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts come from Cubiss; an address is proven by the first password mail
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A whole library shares one address: generous per address, strict per account. Counted in the database's cache table.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "120/m/ip,8/15m/key",
    "reset_password": "60/m/ip,3/15m/key",
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
}
UPLOADS_PER_QUARTER_HOUR = env.int("UPLOADS_PER_QUARTER_HOUR", default=40)  # files that one account may have read
# A file from this size on is read in a process of its own, with so much processor time and memory and no more.
UPLOAD_APART_FROM_BYTES = env.int("UPLOAD_APART_FROM_BYTES", default=100_000)
UPLOADS_AT_ONCE = env.int("UPLOADS_AT_ONCE", default=1)  # larger files that are read at one time
UPLOAD_SECONDS = env.int("UPLOAD_SECONDS", default=20)
UPLOAD_MEGABYTES = env.int("UPLOAD_MEGABYTES", default=300)
LINES_ON_PAPER = env.int("LINES_ON_PAPER", default=500)  # a statement with more has them in a file inside its PDF
# Django throws entries away at 300 of them: then who guesses would be forgotten as soon as there are many.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kbl_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kbl.site.errors.csrf_failure"

# --- what a browser may do --------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list] = {
    "camera": ["self"],
    "microphone": [],
    "geolocation": [],
    "payment": [],
    "usb": [],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["kbl.spreadsheets.uploads.InMemory"]

# --- language and files -----------------------------------------------------------------------------------------

# All pages are Dutch, whatever a browser asks for. Only the voucher's public page speaks these languages.
LANGUAGE_CODE = "nl"
LANGUAGES = [
    ("nl", "Nederlands"),
    ("en", "English"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("bg", "Български"),
    ("ar", "العربية"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- mail -------------------------------------------------------------------------------------------------------

# The last number of every series, kept where no restore of the database comes (kbl/organisations/number_series.py).
KBL_SERIES_FILE = env.str("KBL_SERIES_FILE", default="")

# Before books are closed the clock is held against the database's and the newest fact; 0 asks nothing.
CLOCK_MAY_DIFFER_MINUTES = env.int("CLOCK_MAY_DIFFER_MINUTES", default=5)
CLOCK_QUIET_DAYS = env.int("CLOCK_QUIET_DAYS", default=45)

# After so many minutes without a sign of life, or without a beginning of what was asked, Cubiss hears of it.
HEARTBEAT_SILENT_MINUTES = env.int("HEARTBEAT_SILENT_MINUTES", default=5)
WORK_WAITS_MINUTES = env.int("WORK_WAITS_MINUTES", default=15)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
# Whoever mails writes a row (kbl/mail/outbox.py); only a worker speaks to the mail server, for so many seconds a step.
DELIVERY_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_BACKEND = "kbl.mail.backend.OutboxBackend"
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="KBL <kbl@voorbeeld.example>")

# --- work in the background -------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1_800
# In kB: a worker that holds more after a task makes room for a fresh one (docs/performance.md, memory).
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
# A page does not wait for a broker that is away or silent: one try and no more; the sweeper finds the work.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 3_600,
        "max_retries": 1,
        "interval_start": 0,
        "socket_connect_timeout": 2,
        "socket_timeout": 2,
    }
    if REDIS_URL
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE

# A folder outside the database where the seal of every closed quarter is written; empty: on the paper only.
SEALS_FOLDER = env.str("SEALS_FOLDER", default="")
# Who gets the seal of a closed quarter by mail, beside Cubiss; empty: everybody who reads for the province.
SEAL_MAIL_TO = env.list("SEAL_MAIL_TO", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
