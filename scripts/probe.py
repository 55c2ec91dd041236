"""Ask this machine's web server one page, as the proxy in front of it would: exit 0 when it answers 200.

For a container's health check: starts no Django. SITE_URL says by which name the site is known.
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

PORT = int(os.environ.get("PORT", "8000"))


def main(path: str) -> int:
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "X-Forwarded-For": "127.0.0.1"}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            print(answer.read().decode(), end="")
            return 0 if answer.status == 200 else 1
    except urllib.error.HTTPError as refused:
        print(refused.code, refused.read().decode(errors="replace")[:300])
    except OSError as away:
        print(type(away).__name__)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
