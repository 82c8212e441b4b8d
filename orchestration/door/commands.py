"""One command of the door, `serve` or `senders`, as the command line knows it. What a command needs is imported when it runs."""

import argparse
from typing import Any

COMMANDS = ("serve", "senders")


def describe(commands: Any) -> None:
    """Add the commands to a command line's subparsers."""
    _describe_serve(commands.add_parser("serve", help="open the HTTP door"))
    _describe_senders(commands.add_parser("senders", help="who may report, and with which keys: list, add, rotate"))


def run(chosen: argparse.Namespace) -> int:
    """Run what was chosen; its exit code."""
    if chosen.command == "serve":
        from orchestration.door.serve import serve

        return serve(chosen.host, chosen.port, chosen.workers)
    from orchestration.door.senders_command import senders

    return senders(chosen)


def _describe_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Serve PUT /fhir/Bundle/{id} and what belongs to it until stopped. Behind a proxy that speaks TLS."
    )
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 unless told")
    parser.add_argument("--port", type=int, default=8800, help="8800 unless told")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the landing; 1 unless told")


def _describe_senders(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="every sender and key; exit code 1 when a key runs out within 30 days")
    add = actions.add_parser("add", help="register a sender")
    add.add_argument("sender_id")
    add.add_argument("--name", required=True)
    add.add_argument("--sor", nargs="+", required=True, metavar="SOR=CODE", help="SOR code = municipality code")
    add.add_argument("--vendor", default="")
    add.add_argument("--contact", default="")
    add.add_argument("--test", action="store_true", help="a sender of invented citizens")
    rotate = actions.add_parser("rotate", help="give a sender a new key; the former ones run out in 14 days")
    rotate.add_argument("sender_id")
    rotate.add_argument("--at-once", action="store_true", help="revoke the former keys now: one was lost")
    for action in (add, rotate):
        action.add_argument("--key", metavar="FILE", help="the sender's public key, JWK or PEM")
        action.add_argument("--make-key", metavar="FILE", help="make a key pair; the private key (JWK) goes to FILE")
        action.add_argument("--days", type=int, default=365, help="how long the key holds; 365 unless told")
