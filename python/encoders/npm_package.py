"""Packages of npm, as sources of text."""

import subprocess
from pathlib import Path


def fetch(work: Path, name: str, version: str) -> Path:
    """A package, unpacked once in the folder of work."""
    folder = work / name.replace("/", "-")
    if not (folder / "package.json").exists():
        work.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"],
            cwd=work,
            check=True,
            capture_output=True,
        )
        archive = packed.stdout.decode().split()[-1]
        folder.mkdir(exist_ok=True)
        subprocess.run(
            ["tar", "xzf", archive, "-C", folder.name, "--strip-components=1"],
            cwd=work,
            check=True,
        )
        (work / archive).unlink()
    return folder
