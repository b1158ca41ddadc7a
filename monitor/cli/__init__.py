"""The commands of `releasevakt`: the only place that joins settings, store and work.

One file a kind of work; this one only gathers them, and turns errors into one line and an exit code.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from monitor.cli.answers import COMMANDS as ANSWERS
from monitor.cli.context import Context, configure_logs
from monitor.cli.keeping import COMMANDS as KEEPING
from monitor.cli.reading import COMMANDS as READING
from monitor.cli.reporting import COMMANDS as REPORTING
from monitor.cli.serving import COMMANDS as SERVING
from monitor.cli.telling import COMMANDS as TELLING
from monitor.errors import MonitorError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("releasevakt"), prog_name="releasevakt")
@click.pass_context
def cli(context: click.Context) -> None:
    """Watch Försäkringskassan's release and operations pages, and tell those who must know.

    Unofficial: the source is always the agency's own page.
    """
    context.ensure_object(Context)
    configure_logs(logging.WARNING)


for command in (*READING, *ANSWERS, *REPORTING, *TELLING, *KEEPING, *SERVING):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; errors that a person can act on are one line on standard error."""
    try:
        code = cli.main(args=arguments, prog_name="releasevakt", standalone_mode=False)
    except MonitorError as error:
        _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        _fail(error.format_message() + hint, 2)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo("releasevakt: " + " ".join(message.split()), err=True)
    sys.exit(code)
