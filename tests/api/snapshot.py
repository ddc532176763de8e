"""Write the snapshot of the OpenAPI document anew: ``python -m tests.api.snapshot``."""

from __future__ import annotations

import json
import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuwei.web.settings")
    import django

    django.setup()
    from tests.api.test_schema import SNAPSHOT, document

    SNAPSHOT.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(SNAPSHOT)


if __name__ == "__main__":
    main()
