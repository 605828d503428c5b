"""safesql: a guarded SQL shell. The map, in the order a statement walks through it.

    cli        options in, exit code out; wires a Session
    repl       keys, completion, highlight, live verdict, the confirmation dialogue
    commands   backslash commands, one module each
    engine     submit, batch, count, stage: where decisions become acts; the only user of backends
               undoing, planning, resume, doctor: taking back, reviewed changes, going on, what went wrong
    backends | store | formats | config       drivers; audit and history; output; profiles
    rewrite    statement -> count query; catalog queries: every Probe is written here     pure
    guard      statement -> effects -> findings -> verdict -> clearance                   pure
    sql        text -> tokens -> statements, by dialect                                   pure
    result | errors | target                  what all of them speak of                   pure
    slotted                                   dataclasses that cost nothing at start-up   pure

Imports point down. There is one road from text to server: ``sql.split`` cuts, ``guard.judge`` decides,
``guard.Clearance`` proves, ``backends.Connection.execute`` takes that proof and nothing else.
"""

__version__ = "0.1.0"
