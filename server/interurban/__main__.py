"""The program as a process: `interurban`, or `python -m interurban`."""

import signal
import sys


def main() -> int:
    """Run it. Ctrl-C while it is still being loaded ends it without a word, as it ends any program."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # else it is ignored, as in the background of a script
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from interurban import cli

    signal.signal(signal.SIGINT, before)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
