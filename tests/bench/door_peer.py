"""One request here is what the door does, done the usual way: FastAPI, fhir.resources, PyJWT, a file per report with fsync.

Run by `tests.bench.door` with the Python of a bench environment of its own (fastapi, fhir.resources, uvicorn, httptools, uvloop, pyjwt,
cryptography); nothing of ours imports it. Settings come as one JSON argument: port, jwk, issuer, folder.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import jwt
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from fhir.resources.R4B.bundle import Bundle

told = json.loads(sys.argv[1])
key = jwt.PyJWK(told["jwk"], algorithm="ES256").key
folder = Path(told["folder"])
app = FastAPI()


@app.put("/fhir/Bundle/{bundle_id}", status_code=201)
async def put(bundle_id: str, request: Request, authorization: Annotated[str, Header()]) -> dict[str, str]:
    """Verified, parsed, compared, stored."""
    body = await request.body()
    await asyncio.to_thread(store, bundle_id, body, authorization)
    return {"resourceType": "OperationOutcome"}


def store(bundle_id: str, body: bytes, authorization: str) -> None:
    """All that blocks, beside the event loop."""
    claims = jwt.decode(
        authorization.split()[1], key, algorithms=["ES256"], audience=told["issuer"], issuer=told["issuer"]
    )
    try:
        bundle = Bundle.model_validate_json(body)
    except ValueError:
        raise HTTPException(422) from None
    patients = [part.resource for part in bundle.entry if part.resource.get_resource_type() == "Patient"]
    if bundle.id != bundle_id or patients[0].managingOrganization.identifier.value not in claims["sor"]:
        raise HTTPException(403)
    target = folder / bundle_id
    if target.exists():
        raise HTTPException(409)
    with (folder / f"{bundle_id}.part").open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    (folder / f"{bundle_id}.part").replace(target)


if __name__ == "__main__":
    uvicorn.run(app, port=told["port"], loop="uvloop", http="httptools", access_log=False, log_level="warning")
