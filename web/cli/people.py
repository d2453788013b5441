"""``sogoc user``: organisations and logins, for whoever runs the server."""

import click

from web.cli.running import foreseen, print_json, settings

ROLES = ("grower", "recorder", "team_lead", "packer", "accountant", "manager", "distributor", "alliance")


user_command = click.Group("user", help="Register organisations, make and list logins.")


@user_command.command("organisation")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["cooperative", "distributor", "alliance"]),
    default="cooperative",
    show_default=True,
)
@click.option("--address", required=True, help="Registered address, as on the certificate.")
@click.option("--province", required=True, help="Province, e.g. “Lạng Sơn”.")
@click.option("--commune", required=True, help="Commune or ward.")
@click.option("--phone", help="Public phone number of the organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def organisation_command(
    *, name: str, kind: str, address: str, province: str, commune: str, phone: str | None, as_json: bool
) -> None:
    """Register the organisation NAME: its code, its key and its chain in the log."""
    from ledger.coop.registers.organisations import RegisterOrganisation, register_organisation
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        organisation = open_ledger(settings()).write(
            register_organisation,
            RegisterOrganisation(
                name=name, kind=kind, address=address, province=province, commune=commune, phone=phone
            ),
        )
    if as_json:
        print_json({"organisation": organisation.code, "name": organisation.name})
    else:
        click.echo(f"Đã đăng ký {organisation.name}, mã {organisation.code}.")


@user_command.command("add")
@click.argument("organisation")
@click.argument("login")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given more than once.",
)
@click.password_option("--secret", help="Asked for when not given; at least 8 characters.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def add_command(*, organisation: str, login: str, roles: tuple[str, ...], secret: str, as_json: bool) -> None:
    """Make the login LOGIN for ORGANISATION (its code)."""
    from ledger.coop.actors import Role
    from ledger.coop.people.accounts import CreateAccount, create_account
    from web.cli.opening import open_ledger

    command = CreateAccount(
        organisation=organisation, login=login, secret=secret, roles=frozenset(Role(role) for role in roles)
    )
    with foreseen(as_json=as_json):
        account = open_ledger(settings()).write(create_account, command)
    if as_json:
        print_json({"login": account.login, "organisation": account.organisation, "roles": account.roles})
    else:
        click.echo(f"Đã tạo tài khoản {account.login} cho {account.organisation}.")


@user_command.command("list")
@click.argument("organisation")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_command(*, organisation: str, as_json: bool) -> None:
    """List the open logins of ORGANISATION."""
    from ledger.coop.people.account_queries import accounts_of
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        accounts = open_ledger(settings()).read(accounts_of, organisation)
    if as_json:
        print_json([{"login": account.login, "roles": account.roles} for account in accounts])
        return
    for account in accounts:
        click.echo(f"{account.login}: {', '.join(account.roles)}")
