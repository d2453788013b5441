"""``sogoc erase``: forget a person for ever, at their request."""

import click

from web.cli.running import foreseen, print_json, settings


@click.command("erase")
@click.argument("person")
@click.option("--as", "login", required=True, help="Login of a manager of the organisation.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def erase_command(*, person: str, login: str, yes: bool, as_json: bool) -> None:
    """Destroy the key of PERSON (a member's code or id): name, phone and sealed values about them are gone.

    The log notes that it was done, under a random id; every proof, bundle and disclosed field given out
    before still verifies. Cannot be undone. Backups made before still hold the key: see docs/privacy.md.
    """
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.people.erasing import scrub_database
    from ledger.coop.registers.members import EraseMember, erase_member, find_person
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        actor = ledger.read(find_actor, login)
        member = ledger.read(find_person, actor.organisation, person)
        if not yes and not as_json:
            click.confirm(f"Xóa hẳn dữ liệu cá nhân của {person}? Không lấy lại được", abort=True)
        erased = ledger.write(erase_member, actor, EraseMember(member))
        is_scrubbed = scrub_database(ledger.database)
    if as_json:
        counts = {"index": erased.index, "disclosures": erased.disclosures, "scrubbed": is_scrubbed}
        print_json({"person": erased.id, **counts})
        return
    click.echo(f"Đã xóa: {erased.disclosures} giá trị không đọc được nữa; sổ ghi ở bản ghi {erased.index}.")
    if not is_scrubbed:
        click.echo("Máy chủ đang bận nên tệp cơ sở dữ liệu chưa dọn hết. Hãy chạy lại lệnh này sau.")
    click.echo("Các bản sao lưu làm trước hôm nay vẫn còn khóa: hãy hủy hoặc thay bằng bản mới.")
