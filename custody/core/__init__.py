"""The truth, pure: from the bytes on the log to who holds which papers, and what disagrees with what.

Everything here is a function of the log alone: no I/O, no clock, no randomness. Read it in this order, which is the order of
the imports from the bottom to the top; a package imports only packages before it (`make check` holds that).

    entries     bytes to a checked entry: which signatures count, what an entry may be, receipts, commitments
    wording     what people are told, in three languages: messages, sentences of events, codes of findings; the words of outcomes
    tlog        the log as a Merkle tree, by the C2SP formats: proofs, tiles, notes, checkpoints, cosignatures. Knows no ballots
    undo        whatever one entry changed in the state can be taken back
    authority   who may sign: parties, roster, root, rules in force, quorums, device chains; and who may read before the close
    state       what is known at one position: units and their histories, the station's book, seals, consignments, findings
    checks      what a judge compares: the case before it, seals, serial numbers, the book's identities, dates, places, duties
    journeys    the plan against the record: legs, tours, deadlines, breaks in custody
    judges      what one event means: one file for each family of events; pure functions from a case to a verdict
    fold        when a verdict takes effect: waiting, disputes, corrections, decisions, the time of the log, outcomes
    ledger      the one door: ``Ledger.apply(entry)`` gives the outcomes of one entry
    evidence    computed from a finished state, never by the fold: postings, conservation, seal ledger, proofs against a device

A signature becomes custody so: ``entries.admission.check_entry`` says whose signatures verify; ``Ledger.apply`` asks
``fold.signature_check.count_signatures`` whose count for which part, by the roster and the rules of ``authority``;
``fold.acts.judge_when_ready`` waits for what the act names, then hands it as a case to its judge (``judges.table.judge``),
whose verdict is a new snapshot of each unit, with its custodian; ``fold.disputes.settle_new`` lets
``fold.effects.apply_effects`` put it into force unless a dispute keeps it out; ``fold.outcome_docs.collect_outcomes`` tells
it.

Two acts that follow the same one on a unit are in dispute (``fold.disputes``): both stay visible, neither is in force, and
the last undisputed custodian stands until an adjudication picks one. Two records of one act are no dispute
(``fold.same_act``), and an answered handover beats some later acts of one side (``fold.voids``, ``fold.claimed_papers``). An
act whose predecessor is missing waits (``fold.acts``). That a courier needs a mandate is ``check_mandates`` in
``checks.recipients``. To add an event type: its model in the family's module of ``schemas``, its judge in the same family's
module of ``judges``, and the rest of the recipe in docs/architecture.md; a rule: the judge of its event, or ``checks`` where
judges share it; a view: ``projections.views``. The parts of each stand in docs/architecture.md.
"""
