"""Every command: its name, the module that registers it, its group and its first sentence, for ``custody --help``.

The sentences stand here so that the list of commands imports none of them; a test compares them with the commands' own.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One command, or group of commands, of the program."""

    name: str
    module: str
    """of ``custody.cli.commands``"""
    group: str
    summary: str


TABLE: Final = (
    Command(
        "demo",
        "demo",
        "Try it",
        "Play the reference election of April 2015: 65 stations abroad, from the printer to the verdict.",
    ),
    Command("election", "election", "Try it", "A commission's own election, from a folder of tables."),
    Command(
        "sim",
        "sim",
        "Try it",
        "Simulate elections, and check everything after each entry. Ends with 3 at the first check that fails.",
    ),
    Command(
        "audit",
        "audit",
        "Look and check",
        "Audit an archive, or a log in Kafka or at a gateway: every file, hash, signature and rule, "
        "with nothing of the operator's.",
    ),
    Command(
        "diff",
        "diff",
        "Look and check",
        "Compare two copies of one log: the first entry at which they part, and whose signatures are under which.",
    ),
    Command(
        "watch",
        "watch",
        "Look and check",
        "Hold the checkpoints that a log and its witnesses show against each other, and keep what proves two histories.",
    ),
    Command(
        "tamper",
        "audit",
        "Look and check",
        "Flip one bit in a copy of the archive, in the middle of the log, and audit the copy: it must say TAMPERED.",
    ),
    Command(
        "show",
        "show",
        "Look and check",
        "Who holds it, what its story was, and what is wrong with it; ACCOUNTS: where every paper is.",
    ),
    Command("board", "show", "Look and check", "Papers, custody and findings of the whole election."),
    Command("findings", "show", "Look and check", "What disagrees with what, and what settled it."),
    Command(
        "identifier",
        "show",
        "Look and check",
        "Print an identifier with its check character: custody identifier AAA pouch 1.",
    ),
    Command("rules", "rules", "Look and check", "The rules in force, in plain words."),
    Command("codes", "rules", "Look and check", "The codes that forms and events may name, and what each says."),
    Command(
        "prove-fork",
        "prove_fork",
        "Look and check",
        "Prove that a device made two events that cannot both be in its chain, or verify such a proof.",
    ),
    Command("evidence", "evidence", "Look and check", "Receipts that a gateway signed and the log contradicts."),
    Command(
        "export",
        "export",
        "Look and check",
        "Write the folder that is all an auditor needs, except the root to pin.",
    ),
    Command(
        "status",
        "status",
        "Look and check",
        "How far log, books and checkpoint have come, what waits, and what is open.",
    ),
    Command(
        "act",
        "play",
        "Play any scenario",
        "Fill in what the file leaves out, sign with the demonstration's keys, and write the envelope.",
    ),
    Command("cosign", "play", "Play any scenario", "Add the signature of a person whom the event lists."),
    Command(
        "append",
        "play",
        "Play any scenario",
        "Put signed envelopes into the embedded log as a gateway would, and say what became of each.",
    ),
    Command(
        "people",
        "play",
        "Play any scenario",
        "Everybody whose key is in the demonstration's keystore: badge, role, office, device, key id, person tag.",
    ),
    Command(
        "enrol",
        "courier",
        "A device",
        "Make a device with a key for one person, and the request that the registrars sign.",
    ),
    Command("outbox", "courier", "A device", "What this device keeps, and how far each act has come."),
    Command(
        "holding",
        "holding",
        "A device",
        "Who uses this device, what they hold, what is due next, and whether a mandate is valid.",
    ),
    Command("sync", "courier", "A device", "Send what this device keeps and learn what is new on the log."),
    Command("invite", "courier", "A device", "Show the giver who will receive here, with a fresh nonce."),
    Command(
        "offer",
        "courier",
        "A device",
        "Offer units to whoever invited. Nothing changes hands before the answer is read.",
    ),
    Command(
        "answer",
        "courier",
        "A device",
        "Accept an offer, after looking at packages and seals: say --intact, or each seal with --seal and the --packages.",
    ),
    Command(
        "refuse",
        "courier",
        "A device",
        "Refuse an offer: nothing changes hands, and the refusal is kept, with what was shown and how the seals were.",
    ),
    Command(
        "read",
        "courier",
        "A device",
        "Look at an offer before answering it, or read the answer: then the pouch changes hands.",
    ),
    Command(
        "card",
        "phone",
        "A device",
        "Make a registrar's card: a phone reads it, makes the person's key, and shows the request that registrars sign.",
    ),
    Command(
        "enrol-code",
        "enrol_code",
        "A device",
        "One-time codes, by which somebody far away gets a key on a phone.",
    ),
    Command(
        "code",
        "phone",
        "A device",
        "Show what a device made for the other one as a code, which a phone reads from the screen.",
    ),
    Command("scan", "phone", "A device", "Make the file that a command takes of the codes that a phone showed."),
    Command("seals", "courier", "A device", "Say how the seals were found on the way."),
    Command(
        "count",
        "courier",
        "A device",
        "Say how many papers were counted, by those who sign; and how the seals on what was counted were, where it has any.",
    ),
    Command(
        "disclose",
        "courier",
        "A device",
        "Open the local times that this device committed to on the way, once the units have arrived.",
    ),
    Command(
        "print",
        "print_form",
        "On paper",
        "Print a form as PDF for ink and stamp, filled from the log with the signed act in codes, or blank.",
    ),
    Command("paper", "paper", "On paper", "Acts that come back from paper."),
    Command(
        "report",
        "report",
        "On paper",
        "Report on the election at a position: tables as CSV, indicators, drawings, and one document as HTML and PDF.",
    ),
    Command(
        "sample",
        "report",
        "On paper",
        "Draw stations with public dice, and print what is compared with paper at each of them.",
    ),
    Command(
        "gateway",
        "gateway",
        "Services",
        "Take signed events over HTTP, put them into the log, and answer with receipts.",
    ),
    Command(
        "ledger",
        "services",
        "Services",
        "Follow the log and keep ledger and views; of several processes one works and the others stand by.",
    ),
    Command(
        "checkpointer",
        "services",
        "Services",
        "Keep the log's tiles and sign its checkpoints; the only process that opens the log key.",
    ),
    Command(
        "rebuild",
        "services",
        "Services",
        "Make ledger store and views anew from the log alone, and say whether they come out as they were.",
    ),
    Command(
        "monitor",
        "monitor",
        "Services",
        "Look at log, ledger, views and checkpoints from outside, raise alarms, and note silence on the log.",
    ),
    Command("web", "web", "Services", "Show the election to observers: pages and a query API, read-only."),
    Command(
        "witness",
        "witness",
        "Services",
        "Cosign the checkpoints of logs that have only grown, over HTTP, and show what was cosigned and when.",
    ),
    Command(
        "witness-init",
        "witness",
        "Operate",
        "Make a witness's keys and its empty state, once, and show the lines by which a log's policy names it.",
    ),
    Command("token", "token", "Operate", "Tokens that open what is withheld until the last station has closed."),
    Command("topics", "topics", "Operate", "The topic that is the log: create it, check it."),
    Command(
        "doctor",
        "doctor",
        "Operate",
        "Look at settings, secrets, Kafka, PostgreSQL, disks and clock, with the CUSTODY_* settings of this environment.",
    ),
    Command(
        "restore",
        "restore",
        "Operate",
        "Put the exact bytes of the tiles back into an empty topic, up to the checkpoint, after proving them.",
    ),
    Command(
        "fsck",
        "fsck",
        "Operate",
        "Compare the topic with the checkpointer's tree, entry by entry; or build a lost tree anew out of the topic.",
    ),
    Command(
        "refeed",
        "restore",
        "Operate",
        "After a restore: hand in again what this device knows and the log has no longer, then sync.",
    ),
    Command("init", "init", "Operate", "Set up a demonstration: its secrets, and its election on the log."),
    Command(
        "demo-kafka",
        "demo_kafka",
        "Operate",
        "Play the reference election through two gateways, Kafka brokers and PostgreSQL, as processes of this machine.",
    ),
    Command("dev", "dev", "Operate", "Kafka and PostgreSQL as processes of this machine, for developers."),
)
"""In the order of ``custody --help``."""
