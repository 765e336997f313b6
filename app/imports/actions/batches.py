"""Many files at once: kept, each given to its account, and imported together, what succeeded being kept."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask
from app.background.models import Upload
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.imports.actions.carrying import ask_import, cancel_import
from app.imports.actions.checking import GivenFile, begin_import, give_reason, give_up_import
from app.imports.models import BatchFile, BatchUpload, ImportBatch, SavedOwner
from app.imports.queries.batches import files_of, find_owner, remembered_id, remembered_pages, uploads_of
from app.imports.queries.imports import find_done_import, import_for_change, rows_stored
from app.imports.rules.batches import BatchState, SaysOf, bare, mark_of, named_in, stem_of
from app.imports.rules.exports import export_named
from app.metrics.rules.runs import RunState

#: the kind of background work that unpacks the files of a batch
UNPACK = "metrics.unpack_batch"
_ASKED = "Say whose file it is."
_LAST_TIME = "As the last time"
_ONLY = "The only account of its platform here"
_AS_SAID = "As you said"


@dataclass(frozen=True, slots=True)
class Found:
    """Whose a file is, None where a person must say, and why."""

    account: Account | None
    why: str


def begin_batch(session: Session, place: Place, uploads: Sequence[Upload], *, by: Actor, at: datetime) -> ImportBatch:
    """Keep files that a person gave at once for a place; they are unpacked and looked at in the background."""
    batch = ImportBatch(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        person_id=by.person_id,
        given_at=at,
        state=BatchState.UNPACKING,
    )
    session.add(batch)
    session.flush()
    session.add_all(
        BatchUpload(consortium_id=batch.consortium_id, batch_id=batch.id, position=position, upload_id=upload.id)
        for position, upload in enumerate(uploads)
    )
    payload = {"batch_id": batch.id, "person_id": by.person_id}
    row = ask(session, UNPACK, payload, consortium_id=batch.consortium_id, at=at, key=str(batch.id))
    batch.background_row_id = row.id
    session.flush()
    return batch


def find_account(
    session: Session, accounts: Sequence[Account], *, name: str, layout: str, platforms: Collection[str], says: SaysOf
) -> Found:
    """Whose a file is: by the ids and names in its rows, its name, the addresses of its posts, its platform.

    ``platforms`` are those that the layout is of; none of them where the file has columns of our own. What a person
    said of a file of this name the last time is asked once all files are there: ``give_as_last_time``.
    """
    of_platform = [account for account in accounts if not platforms or account.platform in platforms]
    by_rows = _only([each for each in of_platform if _says_so(each, says)])
    if by_rows:
        return Found(by_rows, "Named in the rows")
    if says.told:
        within = Scope(consortium_id=accounts[0].consortium_id if accounts else 0)
        pages = remembered_pages(session, layout, within=within)
        remembered = next((each for each in of_platform if each.id == pages.get(says.told)), None)
        if remembered:
            return Found(remembered, _LAST_TIME)
        taken = pages.values() if not says.usernames else [each.id for each in of_platform]
        of_platform = [each for each in of_platform if not each.external_id and each.id not in taken]
    return _by_what_it_is(of_platform, name, says, is_of_platform=bool(platforms))


def _by_what_it_is(accounts: Sequence[Account], name: str, says: SaysOf, *, is_of_platform: bool) -> Found:
    named = named_in(name, {each.id: bare(each.handle) for each in accounts})
    if len(named) == 1:
        return Found(next(each for each in accounts if each.id == named[0]), "Named in the file’s name")
    linked = _only([each for each in accounts if bare(each.handle) in says.linked])
    if linked:
        return Found(linked, "Named in the addresses of its posts")
    if is_of_platform and len(accounts) == 1:
        return Found(accounts[0], _ONLY)
    return Found(None, _ASKED)


def _says_so(account: Account, says: SaysOf) -> bool:
    return account.external_id in says.ids or bare(account.handle) in says.usernames


def _only(accounts: Sequence[Account]) -> Account | None:
    return accounts[0] if len(accounts) == 1 else None


def add_file(session: Session, batch: ImportBatch, *, name: str, upload: Upload | None, refusal: str = "") -> BatchFile:
    """A file of the batch, or why it is left out."""
    file = BatchFile(
        consortium_id=batch.consortium_id,
        batch_id=batch.id,
        name=name[-255:],
        sha256=upload.sha256 if upload else "",
        upload_id=upload.id if upload else None,
        refusal=refusal,
    )
    session.add(file)
    session.flush()
    return file


def give_to(session: Session, file: BatchFile, account: Account, *, why: str, by: Actor, at: datetime) -> None:
    """Check the file as one of this account; what was checked for another is given up.

    A file that was imported into the account already is not checked again.
    """
    if file.account_id == account.id and file.run_id is not None:
        return
    within = Scope(consortium_id=file.consortium_id)
    if file.run_id is not None:
        run = import_for_change(session, file.run_id, within=within)
        if run.state is RunState.DONE:
            raise Refused(f"“{file.name}” was imported already. Take that import back first.")
        if run.state.is_storing:
            raise Refused(f"“{file.name}” is being imported. Cancel that first.")
        if run.state is not RunState.FAILED:
            give_up_import(session, run, at=at)
    file.account_id, file.why, file.run_id, file.refusal = account.id, why[:300], None, ""
    done = find_done_import(session, account, file.sha256, within=within)
    if done is not None:
        file.run_id, file.is_chosen = done.id, False
    else:
        given = GivenFile(file.name.rpartition("/")[2] or file.name, file.sha256, file.upload_id)
        file.run_id, file.is_chosen = begin_import(session, account, given, by=by, at=at).id, True
    session.flush()


def give_as_said(session: Session, file: BatchFile, account: Account, *, by: Actor, at: datetime) -> None:
    """Give the file to the account that a person says, and the next one of its mark and layout with it.

    A mark that was given to another account before says nothing from then on, unless the person takes back what they
    said of this very file.
    """
    taken_back = file.account_id if file.why == _AS_SAID else None
    give_to(session, file, account, why=_AS_SAID, by=by, at=at)
    _remember(session, file, account.id, taken_back=taken_back, at=at)


def _remember(session: Session, file: BatchFile, account_id: int, *, taken_back: int | None, at: datetime) -> None:
    mark, within = mark_of(file.name, file.told), Scope(consortium_id=file.consortium_id)
    if not mark:
        return
    saved = find_owner(session, mark, file.layout, within=within)
    if saved is None:
        saved = SavedOwner(
            consortium_id=file.consortium_id, stem=mark, layout=file.layout, account_id=account_id, saved_at=at
        )
        session.add(saved)
    if saved.account_id not in {account_id, taken_back}:
        saved.is_shared = True
    saved.account_id, saved.saved_at = account_id, at
    session.flush()


def give_as_last_time(
    session: Session, batch: ImportBatch, accounts: Sequence[Account], *, by: Actor, at: datetime
) -> None:
    """Give the files of which nothing else tells whose they are as a person said of their names the last time.

    Of two files of one name and layout none is given: one account would get both. Nor do files of two pages stay with
    the only account of their platform.
    """
    within = Scope(consortium_id=batch.consortium_id)
    files = files_of(session, batch, within=within)
    _ask_where_pages_differ(session, files, at=at)
    alike = Counter((stem_of(file.name), file.layout) for file in files if not file.told)
    for file in files:
        if file.account_id or file.refusal or file.told or alike[stem_of(file.name), file.layout] > 1:
            continue
        last = remembered_id(session, stem_of(file.name), file.layout, within=within)
        export = export_named(file.layout)
        for account in accounts:
            if account.id == last and (export is None or account.platform in export.platforms):
                give_to(session, file, account, why=_LAST_TIME, by=by, at=at)


def _ask_where_pages_differ(session: Session, files: Sequence[BatchFile], *, at: datetime) -> None:
    pages: dict[int, set[str]] = defaultdict(set)
    guessed = [file for file in files if file.why == _ONLY and file.told and file.account_id]
    for file in guessed:
        pages[file.account_id or 0].add(file.told)
    for file in guessed:
        if file.run_id is None or len(pages[file.account_id or 0]) == 1:
            continue
        run = import_for_change(session, file.run_id, within=Scope(consortium_id=file.consortium_id))
        if run.state is not RunState.DONE and not run.state.is_storing:
            give_up_import(session, run, at=at)
            file.account_id, file.run_id, file.is_chosen, file.why = None, None, False, _ASKED
    session.flush()


def choose_files(
    session: Session, batch: ImportBatch, chosen: Collection[int], *, why: str, by: Actor, at: datetime
) -> int:
    """Import these files of the batch in the background, each by itself; how many. The batch must be locked.

    ``why`` is kept with the files that change figures older than a week, or meet another source's. The pages that the
    rows of the files tell of are remembered. Refuses where none of them can be imported.
    """
    if batch.state is not BatchState.OPEN:
        raise Refused("These files are being worked on. Look again in a moment.")
    count, within = 0, Scope(consortium_id=batch.consortium_id)
    for file in files_of(session, batch, within=within):
        file.is_chosen = file.id in chosen
        if not file.is_chosen or file.run_id is None:
            continue
        run = import_for_change(session, file.run_id, within=within)
        if run.state is RunState.CHECKED and rows_stored(run):
            give_reason(session, run, why)
            ask_import(session, run, by=by, at=at)
            if file.told and file.account_id:
                _remember(session, file, file.account_id, taken_back=None, at=at)
            count += 1
    if not count:
        raise Refused("Tick at least one file that is ready.")
    return count


def cancel_batch(session: Session, batch: ImportBatch, *, by: Actor, at: datetime) -> list[int]:
    """Stop whatever is being done with the files of a batch: none is unpacked, checked or stored any further.

    What was imported stays, and is taken back file by file. The uploads that are not wanted any more. The batch must
    be locked.
    """
    within, done_with = Scope(consortium_id=batch.consortium_id), []
    if batch.state is BatchState.UNPACKING:
        batch.state, batch.message = BatchState.FAILED, "Canceled: nothing was imported."
        done_with = [each.upload_id for each in uploads_of(session, batch, within=within)]
    for file in files_of(session, batch, within=within):
        if file.run_id is None or file.run is None or not file.run.state.is_open:
            continue
        run = import_for_change(session, file.run_id, within=within)
        if run.state.is_open:
            cancel_import(session, run, by=by, at=at)
            done_with += [file.upload_id] if file.upload_id and not run.state.is_open else []
    session.flush()
    return done_with


def end_unpacking(session: Session, batch: ImportBatch, *, refusal: str = "") -> None:
    """Everything was looked at, or nothing of it can be read."""
    batch.state = BatchState.FAILED if refusal else BatchState.OPEN
    batch.message = refusal[:500]
    session.flush()
