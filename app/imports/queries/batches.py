"""Reading files that were given at once, and whose files of a name were the last time."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.imports.models import BatchFile, BatchUpload, ImportBatch, SavedOwner
from app.imports.rules.batches import TOLD
from app.metrics.models import Run


def get_batch(session: Session, batch_id: int, *, within: Scope) -> ImportBatch:
    """Files given at once with their place, at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_batches(within).where(ImportBatch.id == batch_id)).one_or_none()
    if found is None:
        raise NotFound("There are no such files here.")
    return found


def batch_for_change(session: Session, batch_id: int, *, within: Scope) -> ImportBatch:
    """The same as it stands now, locked until the transaction ends."""
    statement = _batches(within).where(ImportBatch.id == batch_id).with_for_update(of=ImportBatch)
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There are no such files here.")
    return found


def batches_at(session: Session, *, within: Scope, most: int = 20) -> Sequence[ImportBatch]:
    """The newest of a place and below."""
    newest = _batches(within).order_by(None).order_by(ImportBatch.given_at.desc(), ImportBatch.id.desc())
    return session.scalars(newest.limit(most)).all()


def uploads_of(session: Session, batch: ImportBatch, *, within: Scope) -> Sequence[BatchUpload]:
    """What is not unpacked yet."""
    return session.scalars(
        sa.select(BatchUpload)
        .where(BatchUpload.consortium_id == within.consortium_id, BatchUpload.batch_id == batch.id)
        .order_by(BatchUpload.position)
    ).all()


def files_of(session: Session, batch: ImportBatch, *, within: Scope) -> Sequence[BatchFile]:
    """The files with their accounts and runs, by name."""
    return session.scalars(
        sa.select(BatchFile)
        .outerjoin(BatchFile.account)
        .outerjoin(Account.place)
        .outerjoin(BatchFile.run)
        .where(
            BatchFile.consortium_id == within.consortium_id,
            BatchFile.batch_id == batch.id,
            sa.or_(BatchFile.account_id.is_(None), Account.consortium_id == within.consortium_id),
            sa.or_(BatchFile.account_id.is_(None), Place.consortium_id == within.consortium_id),
            sa.or_(BatchFile.run_id.is_(None), Run.consortium_id == within.consortium_id),
        )
        .options(contains_eager(BatchFile.account).contains_eager(Account.place), contains_eager(BatchFile.run))
        .order_by(BatchFile.name)
        .execution_options(populate_existing=True)
    ).all()


def find_owner(session: Session, mark: str, layout: str, *, within: Scope) -> SavedOwner | None:
    """Whose files of this mark and layout were the last time."""
    return session.scalars(
        sa.select(SavedOwner).where(
            SavedOwner.consortium_id == within.consortium_id, SavedOwner.stem == mark, SavedOwner.layout == layout
        )
    ).one_or_none()


def remembered_id(session: Session, mark: str, layout: str, *, within: Scope) -> int | None:
    """The account whose they were the last time; None where two accounts share the mark, or nobody said."""
    saved = find_owner(session, mark, layout, within=within) if mark else None
    return None if saved is None or saved.is_shared else saved.account_id


def remembered_pages(session: Session, layout: str, *, within: Scope) -> dict[str, int]:
    """The account of each page that rows of files of this layout told of, by what they told."""
    rows = session.execute(
        sa.select(SavedOwner.stem, SavedOwner.account_id)
        .where(
            SavedOwner.consortium_id == within.consortium_id,
            SavedOwner.layout == layout,
            SavedOwner.stem.startswith(TOLD, autoescape=True),
            SavedOwner.is_shared.is_(False),
        )
        .order_by(SavedOwner.stem)
    )
    return {mark.removeprefix(TOLD): account_id for mark, account_id in rows}


def _batches(within: Scope) -> sa.Select[ImportBatch]:
    return (
        sa.select(ImportBatch)
        .join(ImportBatch.place)
        .where(
            ImportBatch.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(ImportBatch.place))
        .order_by(ImportBatch.id)
    )
