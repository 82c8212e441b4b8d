"""One run of `klgateway serve` is one door: one worker in this process, or several that share the landing."""

import uvicorn

from orchestration.door.protocol import IDLE_SECONDS, DoorProtocol
from orchestration.settings import door_environment


def serve(host: str, port: int, workers: int) -> int:
    """Serve until stopped; the exit code is that of the command."""
    door_environment(workers)
    uvicorn.run(
        "orchestration.door.app:create",
        factory=True,
        host=host,
        port=port,
        workers=workers if workers > 1 else None,
        loop="uvloop",
        http=DoorProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="error",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=10,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=2048,
    )
    return 0
