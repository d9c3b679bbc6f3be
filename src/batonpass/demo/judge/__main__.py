"""`python -m batonpass.demo.judge FRAMES PLAN [SWEEP]`: judge a kept run again; 1 when a law was broken."""

import json
import sys
from pathlib import Path

from . import judge_files


def main(words: list[str]) -> int:
    """Print the findings, then the verdict as one line of JSON."""
    if len(words) not in (2, 3):
        print("usage: python -m batonpass.demo.judge FRAMES PLAN [SWEEP_FOUND_WORK]", file=sys.stderr)
        return 2
    sweep = int(words[2]) if len(words) == 3 else 0
    verdict, findings = judge_files(Path(words[0]), Path(words[1]), sweep)
    for finding in findings:
        print(f"{finding.figure} {finding.conversation} {finding.client}: {finding.what}", file=sys.stderr)
    for doubt in verdict.doubts:
        print(f"doubt: {doubt}", file=sys.stderr)
    print(json.dumps(verdict.as_json()))
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
