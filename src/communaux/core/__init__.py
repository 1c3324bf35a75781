"""What every area shares: people, organisations, dated grants, the journal, evidence, actions, errors, tasks, http, settings.

Nouns: Person, Organisation, Membership, Grant, Evidence, Weights, Entry (a line of the journal), Checkpoint, Progress.
Promises: nothing is written without a rule that allows it and a line in the journal; the journal only grows.
"""
