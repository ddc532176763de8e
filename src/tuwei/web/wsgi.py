"""What the server loads."""

import multiprocessing
import os
import signal
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuwei.web.settings")


def end_with_parent() -> None:
    """End this process with the server's first one: killed alone, that would leave us holding the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


end_with_parent()
application = get_wsgi_application()
