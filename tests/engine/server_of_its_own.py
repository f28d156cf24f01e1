"""A process like the page's, for tests: it trains through the service and tells what it holds.

Prints one line of JSON when it has trained, then waits to be ended; with `--leave` it goes by itself, as
soon as its workers are there.
"""

from __future__ import annotations

import json
import sys
import time

import psutil

from echoviz.core.experiment import Experiment
from echoviz.engine.service import TrainingService, Warmth


def main() -> None:
    heavy_at_first = sorted({"tensorflow", "keras", "dask", "distributed"} & set(sys.modules))
    is_leaving = "--leave" in sys.argv
    service = TrainingService()
    service.start()
    asked = Experiment(epochs=50)
    view = service.submit(asked, "somebody")
    while view.is_active and not (is_leaving and service.warmth.state is Warmth.WARMING):
        time.sleep(0.05)
        view = service.find(asked) or view
    me = psutil.Process()
    told = {
        "heavy_at_first": heavy_at_first,
        "heavy": sorted({"tensorflow", "keras"} & set(sys.modules)),
        "state": view.state,
        "error": view.error,
        "rss_mb": me.memory_info().rss / 1e6,
        "children": [child.pid for child in me.children(recursive=True)],
        "listening": [c.laddr.ip for c in me.net_connections() if c.status == psutil.CONN_LISTEN],
    }
    print(json.dumps(told), flush=True)
    if not is_leaving:
        time.sleep(600)


if __name__ == "__main__":
    main()
