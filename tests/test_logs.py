"""What is said goes to standard error, and logging is loaded when something is."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from pregate import logs
logs.set_up(verbose={verbose})
log = logs.logger("pregate.here")
log.debug("small %s", 1)
print("logging" in sys.modules)
{more}
"""


def said(verbose: bool, more: str = "") -> tuple[str, str]:
    program = PROGRAM.format(verbose=verbose, more=more)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip(), done.stderr.strip()


def test_what_nobody_wants_to_read_loads_nothing() -> None:
    assert said(verbose=False) == ("False", "")


def test_a_warning_has_the_usual_form() -> None:
    assert said(verbose=False, more="log.warning('odd %s', 2)") == ("False", "pregate: WARNING: odd 2")


def test_verbose_says_all() -> None:
    assert said(verbose=True)[1] == "pregate: DEBUG: small 1"


@pytest.mark.parametrize("verbose", [False, True])
def test_where_another_library_has_loaded_logging_small_things_are_dropped_all_the_same(
    verbose: bool,
) -> None:
    more = "import logging; log.debug('again'); log.info('more'); logging.getLogger('other').debug('theirs')"
    lines = ["DEBUG: small 1", "DEBUG: again", "INFO: more"] if verbose else []
    assert said(verbose, more)[1].splitlines() == [f"pregate: {line}" for line in lines]


def test_a_handler_of_ones_own_takes_all() -> None:
    more = (
        "import logging\n"
        "class Own(logging.Handler):\n"
        "    def emit(self, record): print(self.format(record))\n"
        "logs.use(Own())\n"
        "log.warning('odd'); log.debug('small')"
    )
    assert said(verbose=False, more=more) == ("False\npregate: WARNING: odd", "")
