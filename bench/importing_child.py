"""A program of its own: imports a file as a worker does, then tells its time and the most memory it held, as JSON."""

import gc
import json
import re
import sys
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.queries import get_account
from app.foundation.database import enter_tenant, prepare_engine
from app.imports.actions.carrying import apply_file
from app.imports.actions.checking import GivenFile, begin_import
from app.imports.importers.daily_file import stage_file
from app.metrics.models import Run
from bench.consortium import AT
from bench.sizes import AS_OF
from config import load_settings

_PEAK = re.compile(r"^VmHWM:\s+([0-9]+) kB$", re.MULTILINE)


def main() -> None:
    """The consortium, the account that the file is given for, and the file."""
    consortium_id, account_id, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    engine = sa.create_engine(load_settings().database_url)
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session:
        enter_tenant(session, consortium_id)
        gc.freeze()  # as a worker's start does
        start = perf_counter()
        run = _import(session, account_id, path, within=Scope(consortium_id=consortium_id))
        taken = (perf_counter() - start) * 1000
        # not by getrusage: its peak is that of the process that started this one, where that was larger
        peak = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    assert peak is not None
    told = {"milliseconds": taken, "peak_kb": int(peak[1]), "added": run.rows_added, "problems": run.problems}
    sys.stdout.write(json.dumps(told))


def _import(session: Session, account_id: int, path: Path, *, within: Scope) -> Run:
    by = Actor.machine("Benchmark", consortium_id=within.consortium_id)
    account = get_account(session, account_id, within=within)
    run = begin_import(session, account, GivenFile(path.name, "0" * 64), by=by, at=AT)
    session.commit()
    with path.open("rb") as stream:
        stage_file(session, run, stream, today=AS_OF, at=AT, after_batch=session.commit)
    session.commit()
    apply_file(session, run, by=by, at=AT)
    session.commit()
    return run


if __name__ == "__main__":
    main()
