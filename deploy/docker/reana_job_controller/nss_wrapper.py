"""REANA's start command "python3 -m reana_job_controller.nss_wrapper" (contract B.4), where Debian's own python3 has that name."""

import os

os.execv("/usr/lib/scailfin/scailfin", ["python3", "-m", "reana_job_controller.nss_wrapper"])
