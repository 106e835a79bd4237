"""Records what PyTorch prints for the programs beside this file: `python -m tests.snippets.record`, where torch is.

Standard output, then the last line of the traceback if there is one; addresses are written 0x0.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

__all__ = ["ADDRESS", "PROGRAMS"]

PROGRAMS: Final = Path(__file__).parent / "programs"
ADDRESS: Final = re.compile(r"0x[0-9a-f]+")


def main() -> None:
    """Write NAME.out beside every NAME.py."""
    for program in sorted(PROGRAMS.glob("*.py")):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(program)], capture_output=True, encoding="utf-8", check=False
        )
        last = done.stderr.rstrip().rpartition("\n")[2] + "\n" if done.returncode else ""
        program.with_suffix(".out").write_text(ADDRESS.sub("0x0", done.stdout + last), encoding="utf-8")


if __name__ == "__main__":
    main()
