"""``sogoc serve``: answer the public, the cooperatives and the machines."""

import click

from web.cli.running import foreseen, settings


@click.command("serve")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Server processes.")
def serve_command(*, workers: int) -> None:
    """Serve what is in SOGOC_DATA until stopped with Ctrl-C."""
    from web.cli.opening import open_ledger
    from web.publishing import plan_of, publisher_beside
    from web.serving import check_port_free, serve

    config = settings()
    with foreseen():
        open_ledger(config)  # what is wrong is said here, once, rather than by each server process
        plan_of(config)
        check_port_free(config.host, config.port)
    click.echo(f"Sổ Gốc phục vụ tại {config.public_url} (dừng: Ctrl-C)")
    with publisher_beside(config):
        serve(config, workers=workers)
