"""Runs commands in processes of their own without importing the program anew for each: started once, it forks.

It reads lines of JSON, `{"words", "env", "cwd", "stdin", "out", "err"}`, where the last three are paths of files, and
answers each with the exit code. It has no threads, so that forking is safe; a command's process dies with the command.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from monitor.cli import main


def run(asked: dict[str, object]) -> int:
    """Be the command: the function that the console script calls, in this process."""
    for number, path, how in (
        (0, asked["stdin"], os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY),
        (2, asked["err"], os.O_WRONLY),
    ):
        os.dup2(os.open(str(path), how), number)
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    os.chdir(str(asked["cwd"]))
    try:
        main(asked["words"])  # type: ignore[arg-type]
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def serve() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(run(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
