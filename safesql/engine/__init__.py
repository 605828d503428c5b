"""Where decisions become acts: submit, batch, stage, count; the only user of the backends."""
