"""Assessing commons from evidence: repositories, runs, and the profile that the last run left.

A run reads one repository, once; what it found is kept with its method and its commit, and never changes. Nothing here names a
person of a repository, and nothing is summed up in one mark.
"""
