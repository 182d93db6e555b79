"""The three lessons in full: as plain Keras scripts, from the command line, and from the browser.

`python -m benchmarks.lessons` prints the table of `docs/lessons.md` and takes about ten minutes on two cores.
`--sms FILE` adds the SMS Spam set to lesson 2; `--seeds N` trains lesson 2 with the seeds 1 to N on each table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.support.browser import Server, chromium, go_to, server, visit, wait_for_state
from trainer import PROJECT

LESSONS = {
    "mnist_cnn": "1: Read handwritten digits",
    "text_lstm": "2: Happy or unhappy?, reviews",
    "mnist_checkpoint_early_stopping": "3: Know when to stop",
}


def last_line(command: list[str]) -> dict[str, Any]:
    """Run a command and read its last line of output as JSON."""
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def plain(name: str, *rest: str) -> dict[str, Any]:
    """The textbook script."""
    return last_line([sys.executable, "-m", "benchmarks.plain_scripts", name, *rest])


def command_line(name: str, runs: Path, *settings: str) -> dict[str, Any]:
    """`python -m trainer run`."""
    command = [sys.executable, "-m", "trainer", "run", f"recipes/{name}.json", "--runs", str(runs), "--json"]
    return last_line(command + [part for setting in settings for part in ("--set", setting)])


def browser(name: str, running: Server, runs: Path) -> dict[str, Any]:
    """A person's way: open the lesson's link, press Train, wait, open Results, press Test."""
    with chromium() as chrome:
        page = chrome.new_page()
        visit(page, f"{running.url}/train?recipe={name}")
        page.get_by_role("button", name="Train", exact=True).click()
        wait_for_state(page, "finished", "failed", "interrupted", timeout=1_800_000)
        go_to(page, "Results")
        page.get_by_role("button", name="Test", exact=True).click()
        page.locator("h2.fb-score-number").wait_for(timeout=120_000)
    newest = max(path.name for path in runs.iterdir() if (path / "events.jsonl").exists())
    return last_line([sys.executable, "-m", "trainer", "show", newest, "--runs", str(runs), "--json"])


def row(title: str, script: dict[str, Any], line: dict[str, Any], page: dict[str, Any] | None) -> str:
    """One line of the table."""
    cells = [
        title,
        f"{script['accuracy']:.2%} ({script['epochs']} epochs)",
        f"{line['test']['accuracy']:.2%}",
        f"{page['test']['accuracy']:.2%}" if page else "",
        f"{len(line['epochs'])}, tested {line['weights_epoch']}",
        f"{line['seconds']['fit']:.0f} s",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sms", type=Path, help="the SMS Spam set, a CSV with the columns label and text")
    parser.add_argument("--seeds", type=int, default=0, help="how many seeds to try lesson 2 with")
    options = parser.parse_args()
    print("| lesson | plain script | command line | browser | epochs run, weights tested | fit |")
    print("|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with server(runs, Path(folder) / "server.log") as running:
            for name, title in LESSONS.items():
                line = command_line(name, runs)
                print(row(title, plain(name), line, browser(name, running, runs)), flush=True)
        if options.sms:
            line = command_line("text_lstm", runs, f"data.path={options.sms.resolve()}")
            print(row("2: Happy or unhappy?, SMS Spam", plain("text_lstm", str(options.sms)), line, None), flush=True)
        line = command_line("text_lstm", runs, "data.path=data/six_sentences.csv")
        accuracy = f"{line['test']['accuracy']:.0%} on its own training rows"
        cells = ["2: Happy or unhappy?, six sentences", "", accuracy, "", f"{len(line['epochs'])}", ""]
        print("| " + " | ".join(cells) + " |")
        tables = ["data/reviews.csv", *([str(options.sms.resolve())] if options.sms else [])]
        for table in tables if options.seeds else []:
            runs_of = [
                command_line("text_lstm", runs, f"data.path={table}", f"seed={s + 1}") for s in range(options.seeds)
            ]
            found = sorted(one["test"]["accuracy"] for one in runs_of)
            print(f"\n{Path(table).name}, seeds 1 to {options.seeds}: " + ", ".join(f"{one:.1%}" for one in found))


if __name__ == "__main__":
    main()
