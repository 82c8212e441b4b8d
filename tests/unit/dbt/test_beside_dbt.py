"""One test is one thing that Dagster is spared while dbt builds: it must be true all the same."""

import subprocess
import sys

from orchestration.assets.dbt import dbt_resource
from orchestration.dbt_manifest import DBT_EXECUTABLE

SCRIPT = """
import sys, threading
from orchestration.publishing.examiner import load_ahead
assert "great_expectations" not in sys.modules, "it was loaded already: nothing is shown"
load_ahead()
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
print("great_expectations" in sys.modules)
"""


def test_the_version_that_dagster_is_told_is_that_of_the_dbt_that_builds() -> None:
    told = subprocess.run([DBT_EXECUTABLE, "--version"], capture_output=True, text=True, check=True)
    installed = next(line for line in (told.stdout + told.stderr).splitlines() if "installed:" in line)
    assert str(dbt_resource()._cli_version) == installed.split()[-1]


def test_the_library_of_the_gates_is_there_when_they_begin() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert told.stdout.split()[-1] == "True"
