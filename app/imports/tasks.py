"""What a worker does with files: check one, unpack many, import those that were chosen, take an import back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_to_feed
from app.background.actions import drop_upload, keep_upload, open_upload
from app.background.models import Upload
from app.background.queries import get_upload, uploads_by_id
from app.background.registry import Handler, Work
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import settings
from app.imports.actions import batches, carrying, checking, matching, undoing
from app.imports.importers.archives import is_archive, opened, packed_files
from app.imports.importers.daily_file import guess, look_at, stage_file
from app.imports.importers.owners import doubt_about, owner_of
from app.imports.models import ImportBatch, ImportMatch
from app.imports.queries.batches import batch_for_change, files_of, uploads_of
from app.imports.queries.imports import import_for_change, rows_left, rows_stored
from app.imports.queries.matching import find_match, layout_of
from app.imports.queries.undo import counts_to_undo
from app.imports.rules.batches import BatchState, Packed, refusal_of_file
from app.metrics.actions.replacing import keep_for_undo
from app.metrics.models import Run
from app.metrics.rules.runs import RunState
from app.people.queries.persons import get_person
from app.web.filters import plural

_TO_BYTES = 1_000_000


def check_file(work: Work) -> str:
    """Read an uploaded file onto the stage and say what it would change, or ask what its columns mean.

    Whatever a dead worker staged is redone. The file is kept until somebody decides.
    """
    run = import_for_change(work.session, int(work.payload["run_id"]), within=_scope(work))
    if run.state not in {RunState.WAITING, RunState.RUNNING}:
        checking.clear_if_left(work.session, run)
        return run.message
    try:
        _stage(work, run)
    except (Refused, NotFound) as refusal:
        work.session.rollback()
        run = import_for_change(work.session, run.id, within=_scope(work))
        if not checking.clear_if_left(work.session, run):
            checking.fail_check(work.session, run, str(refusal), at=now())
            _drop_of(work, run)
    return run.message


def _stage(work: Work, run: Run) -> None:
    upload = get_upload(work.session, run.upload_id or 0, within=_scope(work))
    zone = settings_of(work.session, within=_scope(work)).time_zone
    with open_upload(upload, folder=_folder()) as stream:

        def after_batch() -> None:
            work.progress(stream.tell(), upload.size)
            work.session.commit()
            checking.refuse_if_left(import_for_change(work.session, run.id, within=_scope(work)))

        match = _match(work, run, stream)
        if match.question:
            matching.ask_for_match(work.session, run, match)
            return
        stage_file(
            work.session,
            run,
            stream,
            layout=layout_of(match),
            today=local_day(now(), zone),
            at=now(),
            after_batch=after_batch,
        )


def _match(work: Work, run: Run, stream: IO[bytes]) -> ImportMatch:
    """What a person said of the columns, else what they seem to mean."""
    match = find_match(work.session, run, within=_scope(work))
    if match is not None:
        return match
    look = look_at(stream)
    found = guess(look, platform=run.account.platform if run.account else "")
    doubt = doubt_about(work.session, look, run.account) if run.account else ""
    match = matching.keep_guess(work.session, run, found, header=look.header, sample=look.sample)
    match.question = f"{doubt} {match.question}".strip()[:600]
    return match


def _drop_of(work: Work, run: Run) -> None:
    """Nobody decides on its file any more; it may be gone already."""
    for upload in uploads_by_id(work.session, [run.upload_id], within=_scope(work)):
        drop_upload(work.session, upload, folder=_folder())


def unpack_batch(work: Work) -> str:
    """Take the files out of what was given, find whose each is, and have each checked.

    Whatever was taken out before a worker died is not taken out again.
    """
    session, batch = work.session, _batch(work)
    if batch.state is not BatchState.UNPACKING:
        return batch.message
    accounts = accounts_to_feed(session, within=Scope(batch.consortium_id, batch.place_id, batch.place.path))
    by, batch_id = _by(work), batch.id
    waiting = [(each.id, each.upload_id) for each in uploads_of(session, batch, within=_scope(work))]
    refusals = []
    for _, upload_id in waiting:
        try:
            _unpack(work, batch_id, upload_id, accounts, by=by)
        except (Refused, NotFound) as refusal:
            session.rollback()
            refusals.append(str(refusal))
    batch = batch_for_change(session, batch_id, within=_scope(work))
    if batch.state is not BatchState.UNPACKING:
        return batch.message
    batches.give_as_last_time(session, batch, accounts, by=by, at=now())
    files = files_of(session, batch, within=_scope(work))
    batches.end_unpacking(session, batch, refusal="" if files else " ".join(refusals) or "No file was found.")
    if files and refusals:
        batch.message = " ".join(refusals)[:500]
    return batch.message or f"{plural(len(files), 'file', 'files')} to look at."


def _unpack(work: Work, batch_id: int, upload_id: int, accounts: Sequence[Account], *, by: Actor) -> None:
    upload = get_upload(work.session, upload_id, within=_scope(work))
    with open_upload(upload, folder=_folder()) as stream:
        if not is_archive(stream):
            _take(work, batch_id, upload.name, upload, stream, accounts, by=by)
            return
        for packed in packed_files(stream, most_bytes=settings().max_upload_mb * _TO_BYTES):
            _unpack_one(work, batch_id, stream, packed, accounts, by=by)
    drop_upload(work.session, get_upload(work.session, upload_id, within=_scope(work)), folder=_folder())
    work.session.commit()


def _unpack_one(
    work: Work, batch_id: int, stream: IO[bytes], packed: Packed, accounts: Sequence[Account], *, by: Actor
) -> None:
    batch = batch_for_change(work.session, batch_id, within=_scope(work))
    if batch.state is not BatchState.UNPACKING:
        return
    if any(file.name == packed.name[-255:] for file in files_of(work.session, batch, within=_scope(work))):
        return
    refusal = refusal_of_file(packed)
    if not refusal:
        try:
            with opened(stream, packed.name) as member:
                upload = keep_upload(
                    work.session,
                    member,
                    name=packed.name,
                    by=by,
                    at=now(),
                    folder=_folder(),
                    limit_bytes=max(packed.size, 1),
                )
            with open_upload(upload, folder=_folder()) as taken:
                _take(work, batch_id, packed.name, upload, taken, accounts, by=by)
        except Refused as error:
            work.session.rollback()
            batch, refusal = batch_for_change(work.session, batch_id, within=_scope(work)), str(error)
    if refusal:
        batches.add_file(work.session, batch, name=packed.name, upload=None, refusal=refusal)
        work.session.commit()


def _take(
    work: Work,
    batch_id: int,
    name: str,
    upload: Upload,
    stream: IO[bytes],
    accounts: Sequence[Account],
    *,
    by: Actor,
) -> None:
    """One file of a batch: whose it is, and its check asked for."""
    work.renew()
    session = work.session
    batch = batch_for_change(session, batch_id, within=_scope(work))
    if batch.state is not BatchState.UNPACKING:
        return
    if any(file.name == name[-255:] for file in files_of(session, batch, within=_scope(work))):
        return
    file = batches.add_file(session, batch, name=name, upload=upload)
    try:
        found = owner_of(session, stream, accounts, name=name)
    except Refused as refusal:
        file.refusal = str(refusal)[:500]
        drop_upload(session, upload, folder=_folder())
        file.upload_id = None
    else:
        file.layout, file.told, file.why = found.layout, found.told, found.found.why[:300]
        if found.found.account is not None:
            batches.give_to(session, file, found.found.account, why=found.found.why, by=by, at=now())
    session.commit()


def import_file(work: Work) -> str:
    """Store a checked file part by part, each committed; canceled meanwhile, take back what was stored.

    After a worker's death the next one goes on with what is still on the stage.
    """
    run = import_for_change(work.session, int(work.payload["run_id"]), within=_scope(work))
    if not run.state.is_storing:
        return run.message
    total = rows_stored(run) + rows_left(work.session, run, within=_scope(work))

    def after_part() -> None:
        work.progress(rows_stored(run), total)
        work.session.commit()
        carrying.go_on(import_for_change(work.session, run.id, within=_scope(work)))

    try:
        carrying.go_on(run)
        carrying.apply_file(work.session, run, by=_by(work), at=now(), after_part=after_part)
    except (carrying.Canceled, Refused, NotFound) as why:
        work.session.rollback()
        run = import_for_change(work.session, run.id, within=_scope(work))
        carrying.end_canceled(work.session, run, at=now(), why=str(why), after_part=_after_part_back(work, run))
        _drop_of(work, run)
    else:
        keep_for_undo(work.session, run, at=now())
    return run.message


def undo_import(work: Work) -> str:
    """Take an import back as it was asked for, part by part, each committed; after a worker's death the next one goes on."""
    run = import_for_change(work.session, int(work.payload["run_id"]), within=_scope(work))
    try:
        undoing.undo_import(work.session, run, by=_by(work), at=now(), after_part=_after_part_back(work, run))
    except Refused as refusal:  # before anything is written
        return str(refusal)
    return run.message


def _after_part_back(work: Work, run: Run) -> undoing.AfterPart:
    """Keeps a part that is back, and says how far taking back is."""
    so_far = undoing.undone_so_far(work.session, run).steps
    total = so_far + sum(counts_to_undo(work.session, run, within=_scope(work)))

    def after_part() -> None:
        done = undoing.undone_so_far(work.session, run).steps
        work.progress(min(done, total), total)
        work.session.commit()
        import_for_change(work.session, run.id, within=_scope(work))

    return after_part


def _batch(work: Work) -> ImportBatch:
    return batch_for_change(work.session, int(work.payload["batch_id"]), within=_scope(work))


def _by(work: Work) -> Actor:
    """Who asked for the work, by name."""
    person_id = work.payload.get("person_id")
    if person_id is None:
        return Actor.machine("worker", consortium_id=work.consortium_id)
    person = get_person(work.session, int(person_id), within=_scope(work))
    return Actor(name=person.name, consortium_id=work.consortium_id, person_id=person.id)


def _scope(work: Work) -> Scope:
    return Scope(consortium_id=work.consortium_id)


def _folder() -> Path:
    return settings().uploads_path


#: what a worker does, by kind of work
HANDLERS: Mapping[str, Handler] = {
    checking.CHECK: check_file,
    batches.UNPACK: unpack_batch,
    carrying.IMPORT: import_file,
    undoing.UNDO: undo_import,
}
