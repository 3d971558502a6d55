"""
Goes on with the bundles of runs on every family of encoders, from their pause to their end, and runs the scripts that show
them; all in one process, which spares the start of the libraries.

    python3 python/check_continued.py ROOT --models FOLDER
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from continue_run import Trainer
from run_file import load_run


def run_script(folder: Path) -> None:
    """Runs a run's own script beside it."""
    script = folder.resolve() / "script" / "run.py"
    os.chdir(script.parent)
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), {"__name__": "__main__"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="holds RUN/paused.zip and RUN/script/run.py")
    parser.add_argument("--models", type=Path, required=True, help="folder of the encoders that the runs name")
    arguments = parser.parse_args()
    for folder in sorted(path.parent for path in arguments.root.resolve().glob("*/paused.zip")):
        run = load_run(folder / "paused.zip", None, None)
        run.model = str(arguments.models.resolve() / run.file["model"])
        trainer = Trainer(run)
        result = trainer.train(None)
        trainer.classifier.save(folder / "continued", run)
        (folder / "continued" / "metrics.json").write_text(json.dumps(result), encoding="utf-8")
        run_script(folder)
    print(f"{len(os.listdir(arguments.root))} runs continued.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
