"""What an older version stored of people and cannot be used is told, and nobody is changed by that."""

from bot.config.address_shapes import SHAPES
from storage.database.unit_of_work import Store
from storage.models import Address, Person
from storage.people import doubts


def people_with(store: Store, emails: list[str | None]) -> None:
    with store.begin() as uow:
        uow.add_all([Person(name="Noor", email=email) for email in emails])


def test_people_of_whom_an_earlier_version_kept_one_address_in_two_ways_are_told_by_who_is_known_by_it(
    store: Store,
) -> None:
    people_with(
        store,
        ["Ünal@gov.example", None, "ünal@gov.example", "bert@gov.example", "BERT@gov.example", "fien@gov.example"],
    )
    with store.read() as uow:
        found = doubts.doubtful_emails(uow)
    assert (found.same, found.unread) == (((3, 1), (4, 5)), ())


def test_people_with_no_e_mail_address_that_can_be_used_are_told(store: Store) -> None:
    people_with(store, ["niet bekend", "anna@gov.example", "j\u0430n@gov.example", "Cor@gov.example"])
    with store.read() as uow:
        found = doubts.doubtful_emails(uow)
    assert (found.same, found.unread) == ((), (1, 3, 4))


def test_addresses_where_no_person_can_be_are_told_in_the_order_of_the_people(store: Store) -> None:
    with store.begin() as uow:
        anna, bert = (uow.add(Person(name=name)).id for name in ("Anna", "Bert"))
        for person, where in (
            (bert, "telegram:-1001234567890"), (anna, "slack:C012AB3CD"), (anna, "slack:U012AB3CD"),
            (anna, "telegram:123456789"), (bert, "pager:1"), (bert, "playground:2"),
        ):  # fmt: skip
            channel, _, address = where.partition(":")
            uow.add(Address(person_id=person, channel=channel, address=address))
    with store.read() as uow:
        found = doubts.misshapen(uow, SHAPES)
    assert [(one.person_id, one.channel, one.address) for one in found] == [
        (anna, "slack", "C012AB3CD"), (bert, "telegram", "-1001234567890"), (bert, "pager", "1"),
    ]  # fmt: skip
