"""``sogoc labels``: print jobs without a browser."""

from pathlib import Path

import click

from web.cli.running import foreseen, settings

labels_command = click.Group("labels", help="Write the PDF of a print job.")


@labels_command.command("print")
@click.argument("job")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help="Login of an account of the organisation whose job it is.")
def print_command(*, job: str, file: Path, login: str) -> None:
    """Write the PDF of the print job JOB (its id) to FILE; the same job always gives the same stamps."""
    from labels import save_pdf
    from ledger.coop.account_queries import find_actor
    from web.cli.opening import open_ledger
    from web.printing import print_job

    config = settings()
    with foreseen():
        ledger = open_ledger(config)
        actor = ledger.read(find_actor, login)
        sheet, chunks = print_job(ledger, config.public_url, actor, job)
        save_pdf(chunks, file)
    count = sheet.job.last - sheet.job.first + 1
    click.echo(f"Đã ghi {count} tem vào {file}: {sheet.first_code} đến {sheet.last_code}")
