"""Benchmarks: each figure of ours beside a limit measured in the same run, told as a ratio.

`run.py` prints the table; `sizes.py` and `size_m.py` say and build what is measured on; the other files hold one bar each.
Absolute times of a shared machine mean little, so none is held to anything.
"""

import warnings

# said by the PostgreSQL wheel, which then uses another folder; here, so that the processes we start hear it too
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
