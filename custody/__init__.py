"""Chain of custody for ballot papers: the pure ``core``, and the programs around it.

What is further up imports what is further down (`make check` holds that):

    cli                                       the commands; here the parts are wired together
    sandbox, embedded, sim, demo              demonstrations, one election in one directory, simulations, the reference election
    courier, gateway, witness, audit, paper   the programs: a device, the front door, a log witness, the audit, forms
    serving, adapters                         HTTP alike for all; one outside thing in one file
    ports                                     what a log promises
    core                                      the truth: its head is the guided tour
"""
