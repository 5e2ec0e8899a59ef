"""All settings, read from the environment here and nowhere else. A missing secret stops the start."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from config import app_names
from config.settings.native import GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH

__all__ = ["GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH"]

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("MANGEL_DEBUG", default=False)
ALLOWED_HOSTS = env.list("MANGEL_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("MANGEL_CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env.str("MANGEL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if len(SECRET_KEY) < 50 and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters; `bin/start` makes a good one in var/env")

# --- Mangel's own --------------------------------------------------------------------------------
MANGEL_CITY_PACK = BASE_DIR / env.str("MANGEL_CITY_PACK", default="fixtures/weimar")
MANGEL_BASEMAP = env.str("MANGEL_BASEMAP", default="own")  # none | own | a MapLibre style URL
MANGEL_TEST_DATA = Path(env.str("MANGEL_TEST_DATA", default=str(BASE_DIR.parent / "shared" / "data")))
# kid:base64 key, newest first: tracking codes are made with the first and accepted for all.
MANGEL_TRACKING_KEYS = env.list("MANGEL_TRACKING_KEYS")
# kid:base64 key, the current one first: originals of photos are sealed with it (photos.keys).
MANGEL_PHOTO_KEYS = env.list("MANGEL_PHOTO_KEYS")
MANGEL_TILE_MAX_AGE_S = env.int("MANGEL_TILE_MAX_AGE_S", default=5)
# An address search outside, asked by the server where ours knows nothing: photon:URL or nominatim:URL. Off by default.
MANGEL_GEOCODER = env.str("MANGEL_GEOCODER", default="")
MANGEL_TRUSTED_PROXIES = env.int("MANGEL_TRUSTED_PROXIES", default=0)
# More reports than this in one minute, in the whole city: phones have to calculate a little first. 0: never.
MANGEL_WORK_ABOVE_PER_MINUTE = env.int("MANGEL_WORK_ABOVE_PER_MINUTE", default=300)
# Photos are refused before the disk is quite full: the database may live on the same one.
MANGEL_MEDIA_RESERVE_BYTES = env.int("MANGEL_MEDIA_RESERVE_MB", default=64) * 1024 * 1024

# --- Rooms ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "django_vite",
    "django_htmx",
    "csp",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "pwa",
    "accounts",
    "geo",
    "threads",
    "photos",
    "mangel",
    "notifications",
    "fixtures",
    # Last, so that our templates are found before the administration's.
    "config.apps.MangelAdminConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressText",
    "csp.middleware.CSPMiddleware",
    "config.middleware.headers",
    "pwa.middleware.no_copies_of_sessions",
    "config.middleware.database_trouble",
    "config.middleware.one_state_of_the_city",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.staff_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.problems.wrong_method",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.city",
            ],
        },
    }
]

# --- Storage -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "pool": {"min_size": 1, "max_size": env.int("MANGEL_DB_POOL", default=12), "timeout": 4},
    "connect_timeout": 3,
    # For `pwa.prepared` alone: Django's own cursors never prepare.
    "prepare_threshold": 3,
    "options": " ".join(
        [
            # Compiling a query, or sending helpers for it, costs more than any of ours takes.
            "-c jit=off -c max_parallel_workers_per_gather=0",
            # What is prepared was chosen for having one good plan.
            "-c plan_cache_mode=force_generic_plan",
            # A hanging statement must not hold a web thread for ever.
            "-c statement_timeout=" + env.str("MANGEL_STATEMENT_TIMEOUT_MS", default="30000"),
        ]
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_SOCKET = env.str("REDIS_SOCKET", default="")
REDIS_URL = env.str("REDIS_URL", default=f"unix://{REDIS_SOCKET}" if REDIS_SOCKET else "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "mangel",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedStaticFilesStorage"
    },
}
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "pwa/build",
        "manifest_path": BASE_DIR / "pwa" / "static" / "pwa" / "build" / "manifest.json",
    }
}
# django-pwa: its settings, our service worker. Names come from the city's data.
PWA_SERVICE_WORKER_PATH = BASE_DIR / "pwa" / "static" / "pwa" / "build" / "serviceworker.js"
PWA_APP_NAME = app_names.PWA_APP_NAME
PWA_APP_DESCRIPTION = app_names.PWA_APP_DESCRIPTION
PWA_APP_THEME_COLOR = PWA_APP_BACKGROUND_COLOR = "#ffffff"  # pages say the dark one in their head
PWA_APP_DISPLAY = "standalone"
PWA_APP_DEBUG_MODE = False
PWA_APP_ICONS = app_names.icons(STATIC_URL)
PWA_APP_ICONS_APPLE = [{"src": f"{STATIC_URL}pwa/icons/pin-180.png", "sizes": "180x180"}]
PWA_APP_SPLASH_SCREEN: list[dict[str, str]] = []
PWA_APP_SHORTCUTS = app_names.shortcuts(STATIC_URL)
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/pwa/build/assets/.+-[\w-]{8,}\."
# 5 photos of 25 MB each, and the text around them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "photos.handlers.CappedUploadHandler",  # a stranger's form cannot fill the disk
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "accounts.backends.AdministratorBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "de"
# "simple" is a registered variant (BCP 47): one code for Leichte Sprache in pages, files, database and API.
LANGUAGES = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("uk", "Українська"),
    ("ar", "العربية"),
    ("de-simple", "Leichte Sprache"),
]
LANG_INFO["de-simple"] = {"bidi": False, "code": "de-simple", "name": "Easy German", "name_local": "Leichte Sprache"}
STAFF_LANGUAGES = ("de", "en")  # desk and administration; everybody else's language is German there
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]  # config is not an app; the rooms bring their own
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("MANGEL_TIME_ZONE", default="Europe/Berlin")

# --- Security ------------------------------------------------------------------------------------
HTTPS = env.bool("MANGEL_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False  # the proxy in front does that
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if MANGEL_TRUSTED_PROXIES and HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # SECURE_SSL_REDIRECT: see above
    "security.W021",  # HSTS preload binds every name below the city's domain: the city's own decision
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()"

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # residents need none; staff work at the desk, not through the API
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.OneMediaType",
    "DEFAULT_METADATA_CLASS": "config.api.AllowedMethods",
    "DEFAULT_PARSER_CLASSES": [
        "config.api.StrictJSONParser",
        "config.api.FormParts",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mangel API",
    "DESCRIPTION": "Report defects, see who is responsible, follow the repair. Errors are RFC 9457 problem details.",
    "VERSION": "1.0.0",
    "LICENSE": {"name": "EUPL-1.2"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"SenderEnum": ["app", "web"], "ContactChannelEnum": ["mail", "letter", "call"]},
    "PREPROCESSING_HOOKS": ["mangel.api.schema.public_only"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "mangel.api.schema.tell_of_map_tiles",
        "mangel.api.schema.tell_of_problems",
    ],
}

# --- Background ----------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix:") else REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
# Pictures are slow: they have a queue of their own, and the sweeps do not wait behind them.
CELERY_TASK_ROUTES = {"photos.tasks.make_renditions": {"queue": "images"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = TIME_ZONE
# A broker that hangs must not hang a resident: the row is there, the sweep finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2, "visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict] = {
    "photos-sweep": {"task": "photos.tasks.sweep", "schedule": 60.0},
    "photos-sweep-files": {"task": "photos.tasks.sweep_files", "schedule": 3600.0},
    "photos-forget-originals": {"task": "photos.tasks.forget_originals", "schedule": 12 * 3600.0},
    "mangel-fold-tiles": {"task": "mangel.tasks.fold_tile_counts", "schedule": 10.0},
    "mangel-freshness": {"task": "mangel.tasks.end_freshness", "schedule": 900.0},
    "mangel-usual-times": {"task": "mangel.tasks.refresh_usual_times", "schedule": 1800.0},
    "mangel-sweep": {"task": "mangel.tasks.sweep", "schedule": 3600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
