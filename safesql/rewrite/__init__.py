"""From a statement to queries of our own: counts, samples, the catalog; every Probe is written here."""
