"""The WSGI application that `communaux serve` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
application = get_wsgi_application()
