"""``sogoc token``: access tokens for programs, for whoever runs the server."""

import click

from web.cli.running import foreseen, print_json, settings

SCOPES = ("capture", "query", "subscribe", "see-partner", "see-private", "see-person")


token_command = click.Group("token", help="Make, list and revoke access tokens of programs (docs/epcis.md).")


@token_command.command("make")
@click.argument("organisation")
@click.argument("label")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="May be repeated."
)
@click.option("--partner", help="Id of the partner whose program it is; only query and subscribe then.")
@click.option(
    "--days", type=click.IntRange(1, 731), default=365, show_default=True, help="How long it is good."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def make_command(
    *, organisation: str, label: str, scopes: tuple[str, ...], partner: str | None, days: int, as_json: bool
) -> None:
    """Make a token for ORGANISATION (its code); LABEL says for which program. It is shown only once."""
    from ledger.coop.exchange.access_tokens import MakeToken, Scope, make_token_of, token_text
    from web.cli.opening import open_ledger

    command = MakeToken(
        label=label, scopes=frozenset(Scope(scope) for scope in scopes), partner=partner, days=days
    )
    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        token = ledger.write(make_token_of, organisation, command)
        text = token_text(ledger.vault, token.id)
    if as_json:
        print_json({"id": token.id, "token": text, "expires_at": token.expires_at.isoformat()})
        return
    click.echo(text)
    click.echo(
        f"Mã số {token.id}, dùng đến {token.expires_at:%d/%m/%Y}. Hãy cất ngay: sẽ không hiện lại.", err=True
    )


@token_command.command("list")
@click.argument("organisation")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_command(*, organisation: str, as_json: bool) -> None:
    """List the tokens of ORGANISATION; the tokens themselves are kept nowhere."""
    from ledger.coop.exchange.access_tokens import tokens_of
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        tokens = open_ledger(settings()).read(tokens_of, organisation)
    if as_json:
        print_json(
            [
                {
                    "id": token.id,
                    "label": token.label,
                    "scopes": list(token.scopes),
                    "partner": token.partner,
                    "expires_at": token.expires_at.isoformat(),
                    "last_used_at": None if token.last_used_at is None else token.last_used_at.isoformat(),
                    "is_revoked": token.revoked_at is not None,
                }
                for token in tokens
            ]
        )
        return
    for token in tokens:
        state = "đã thu hồi" if token.revoked_at else f"đến {token.expires_at:%d/%m/%Y}"
        click.echo(f"{token.id} {token.label}: {', '.join(token.scopes)} ({state})")


@token_command.command("revoke")
@click.argument("organisation")
@click.argument("token_id")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def revoke_command(*, organisation: str, token_id: str, as_json: bool) -> None:
    """End the token TOKEN_ID of ORGANISATION at once."""
    from ledger.coop.exchange.access_tokens import end_token
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        token = open_ledger(settings()).write(end_token, organisation, token_id)
    if as_json:
        print_json({"id": token.id, "is_revoked": True})
    else:
        click.echo(f"Đã thu hồi mã truy cập {token.label}.")
