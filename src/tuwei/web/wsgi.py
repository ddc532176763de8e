"""What the server loads."""

import multiprocessing
import os
import signal
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuwei.web.settings")
GRACE = 2  # seconds for the requests at work


def end_with_parent() -> None:
    """End this process with the server's first one: killed alone, that would leave us holding the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)  # a request still on its way in would hold it up for ever

    threading.Thread(target=watch, name="parent", daemon=True).start()


end_with_parent()
application = get_wsgi_application()
