"""Whose a file is: told by its rows, its name or its posts, said by a person, and remembered for the next month."""

import io

import pytest
import sqlalchemy as sa

from app.accounts.models import Account
from app.background.worker import drain
from app.imports.models import BatchFile
from tests.factories.workbooks import archive
from tests.views.imports_together.given import DAYS, PHOTOS, give, page, rows, states


def test_who_is_asked_about_is_remembered_for_the_next_month(as_director, application, session, world, accounts):
    location = give(as_director, application, world.library, ("export-2026-10.csv", DAYS.encode()))
    file = session.scalars(sa.select(BatchFile)).one()
    as_director.post(location, data={"do": "give", f"account-{file.id}": accounts["north"].id})
    drain(application)
    assert states(page(as_director.get(location))) == {"export-2026-10.csv": "Ready"}
    content = DAYS.replace("Nov 8", "Nov 7").encode()
    second = page(
        as_director.get(give(as_director, application, world.library, ("export-2026-11.csv", content), ("b.csv", b"a")))
    )
    assert "As the last time" in second.text
    assert states(second) == {"export-2026-11.csv": "Ready", "b.csv": "Whose is it?"}


def owners(session):
    names = {account.id: account.handle for account in session.scalars(sa.select(Account))}
    return {name: names.get(account) for name, account in rows(session, BatchFile.name, BatchFile.account_id)}


def said(browser, application, session, location, whose):
    """Say whose each file is, and look again."""
    files = {file.name: file.id for file in session.scalars(sa.select(BatchFile))}
    given = {f"account-{files[name]}": account.id for name, account in whose.items()}
    browser.post(location, data={"do": "give"} | given)
    drain(application)


def of_page(number):
    """The posts of a page whose name is not told."""
    content = PHOTOS.replace("17841400000000001", f"1784140000000010{number}")
    return content.replace("Account username,", "").replace("greenwest,", "").encode()


def test_a_page_that_a_file_tells_of_is_remembered_whatever_the_file_is_called(
    as_director, application, session, world, accounts
):
    def month(word):
        pages = {f"{word}-01-2026_{word}-30-2026_{number}.csv": of_page(number) for number in (1, 2)}
        return give(as_director, application, world.library, ("month.zip", archive(pages)))

    location = month("Sep")
    whose = {"Sep-01-2026_Sep-30-2026_1.csv": accounts["photos"], "Sep-01-2026_Sep-30-2026_2.csv": accounts["more"]}
    said(as_director, application, session, location, whose)
    month("Oct")
    assert owners(session) == {
        "Sep-01-2026_Sep-30-2026_1.csv": "@greenwest", "Sep-01-2026_Sep-30-2026_2.csv": "@greenmore",
        "Oct-01-2026_Oct-30-2026_1.csv": "@greenwest", "Oct-01-2026_Oct-30-2026_2.csv": "@greenmore",
    }  # fmt: skip


def test_the_only_account_of_its_platform_gets_one_page_and_no_other(
    as_director, application, session, world, accounts
):
    accounts["more"].platform = "threads"
    session.commit()
    two = archive({"a.csv": of_page(1), "b.csv": of_page(2)})
    shown = page(as_director.get(give(as_director, application, world.library, ("two.zip", two))))
    assert states(shown) == {"a.csv": "Whose is it?", "b.csv": "Whose is it?"}
    location = give(as_director, application, world.library, ("Oct.csv", of_page(1)))
    shown = page(as_director.get(location))
    assert "The only account of its platform here" in shown.text
    as_director.post(location, data={"do": "import", "file": shown.find("input", {"name": "file"})["value"]})
    drain(application)
    for number, state in ((1, "Imported"), (2, "Whose is it?")):  # what was imported is remembered
        shown = page(as_director.get(give(as_director, application, world.library, ("Nov.csv", of_page(number)))))
        assert states(shown) == {"Nov.csv": state}


def test_one_name_for_files_of_two_accounts_is_asked_about_each_month(
    as_director, application, session, world, accounts
):
    def month(day):
        both = [(f"overview{again}.csv", DAYS.replace("100", f"{day}{at}")) for at, again in enumerate(("", " (1)"))]
        return give(as_director, application, world.library, ("month.zip", archive(dict(both))))

    first = month(1)
    said(as_director, application, session, first, {"overview.csv": accounts["east"]})
    again = month(2)  # of two files of one name the account of the last time would get both
    assert states(page(as_director.get(again))) == {"overview.csv": "Whose is it?", "overview": "Whose is it?"}
    session.execute(sa.delete(BatchFile).where(BatchFile.batch_id != int(again.rpartition("/")[2])))
    session.commit()
    said(as_director, application, session, again, {"overview (1).csv": accounts["north"]})
    alone = give(as_director, application, world.library, ("overview (2).csv", DAYS.encode()))
    assert states(page(as_director.get(alone))) == {"overview": "Whose is it?"}


def test_a_slip_that_is_mended_at_once_is_what_is_remembered(as_director, application, session, world, accounts):
    location = give(as_director, application, world.library, ("overview.csv", DAYS.encode()))
    said(as_director, application, session, location, {"overview.csv": accounts["east"]})
    said(as_director, application, session, location, {"overview.csv": accounts["north"]})
    session.execute(sa.delete(BatchFile))
    session.commit()
    give(as_director, application, world.library, ("overview.csv", DAYS.replace("100", "9").encode()))
    assert owners(session) == {"overview.csv": "@greennorth"}


def test_a_handle_in_the_name_goes_before_what_was_said_of_the_name(as_director, application, session, world, accounts):
    for handle, name in (("2", "east"), ("3", "north")):
        accounts[name].handle = f"@lib{handle}"
    session.commit()
    location = give(as_director, application, world.library, ("x lib.csv", DAYS.encode()))
    said(as_director, application, session, location, {"x lib.csv": accounts["east"]})
    give(as_director, application, world.library, ("x lib3.csv", DAYS.replace("100", "9").encode()))
    assert owners(session)["x lib3.csv"] == "@lib3"


def test_the_rows_say_another_account(as_branch_manager, application, world, accounts):
    file = (io.BytesIO(PHOTOS.replace("greenwest", "others").encode()), "a.csv")
    data = {"file": file}
    address = f"/accounts/{accounts['photos'].id}/import"
    response = as_branch_manager.post(address, data=data, content_type="multipart/form-data")
    drain(application)
    assert (
        "The rows of this file are of others, not of @greenwest." in page(as_branch_manager.get(response.location)).text
    )


POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n" + "".join(
    f'199000000000000000{day},"Sun, Nov {day}, 2026",Hello,https://x.com/{{}}/status/199000000000000000{day},9,1\n'
    for day in (1, 8)
)


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("GreenNorth", "Most posts of this file are of @greennorth (Green North) by"),
        ("eastlibrary", "Most posts of this file are of eastlibrary by their addresses, not of @greeneastlib. Was the"),
        ("greeneastlib", "Import 2 rows"),
    ],
)
def test_the_addresses_of_posts_say_another_account(as_branch_manager, application, world, accounts, handle, sentence):
    data = {"file": (io.BytesIO(POSTS.format(handle, handle).encode()), "a.csv")}
    address = f"/accounts/{accounts['east'].id}/import"
    location = as_branch_manager.post(address, data=data, content_type="multipart/form-data").location
    drain(application)
    shown = page(as_branch_manager.get(location))
    assert sentence in shown.text
    if handle == "eastlibrary":  # the account was renamed, and a person says so
        form = {select["name"]: select.find("option", selected=True)["value"] for select in shown.select("form select")}
        as_branch_manager.post(f"{location}/match", data=form)
        drain(application)
        assert "Import 2 rows" in page(as_branch_manager.get(location)).text
