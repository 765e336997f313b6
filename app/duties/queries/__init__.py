"""Reading duties: ``coverage`` (cells, rows and sums), ``standing`` (what they rest on), ``assignments``, ``load``."""
