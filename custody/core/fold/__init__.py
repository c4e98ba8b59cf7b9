"""The fold: the time at which a verdict takes effect, and all that follows; the only code that changes a ``State``.

``acts`` judges an event when what it names is there; ``effects`` puts a verdict into force and takes it out; ``disputes``,
``corrections`` and ``decisions`` change what is in force; ``log_time`` and ``waiting`` say what falls due;
``outcome_docs`` tells it.

Words of this package. A *place* is a unit and the act that another act on it follows (``state.conflict.Ref``); an act
*claims* its places. A place that several acts claim is *contested*; where two different acts stand it is *full*: who comes
then contests nothing new. What a decision did not choose is *aside*; what another event took out of force (an answer, a
declaration of error) is *void* (``voids``); what moves nothing before a decision is *held back*. A *region* is what a dispute
can move: all that hangs on it.
"""
