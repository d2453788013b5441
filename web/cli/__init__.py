"""The command ``sogoc``: one file per group of commands, imported only when one of them runs.

Exit codes: 0 ok, 1 a check failed or the work could not be done, 2 the command was not understood.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from web.cli.running import Failed, report_failure

COMMANDS: Mapping[str, str] = {
    "init": "web.cli.setting_up",
    "demo": "web.cli.demo",
    "serve": "web.cli.serving",
    "publish": "web.cli.publishing",
    "witness": "web.cli.witness",
    "fsck": "web.cli.auditing",
    "monitor": "web.cli.monitoring",
    "backup": "web.cli.saving",
    "restore": "web.cli.saving",
    "recover": "web.cli.recovering",
    "doctor": "web.cli.doctor",
    "verify": "web.cli.verifying",
    "export": "web.cli.exporting",
    "import": "web.cli.importing",
    "labels": "web.cli.printing",
    "user": "web.cli.people",
    "key": "web.cli.keys",
    "token": "web.cli.tokens",
    "disclose": "web.cli.disclosing",
    "erase": "web.cli.erasing",
}
"""Command name → the module that defines it, as ``<name>_command``."""


class _Sogoc(click.Group):
    """Imports a command's module when it is asked for: ``sogoc --help`` must not load a PDF engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Failed as failure:
            ctx.exit(report_failure(failure))


_HELP = """Sổ Gốc: sổ truy xuất nguồn gốc mà ai cũng tự kiểm tra được.

Traceability ledger and product passports for farming cooperatives. Settings come from the environment
(SOGOC_DATA, SOGOC_PORT, …) or a TOML file: see docs/configuration.md.
"""

main = _Sogoc(
    "sogoc",
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
"""The command line: ``sogoc COMMAND …``."""

click.version_option(package_name="sogoc", prog_name="sogoc")(main)
