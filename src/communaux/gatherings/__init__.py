"""The rendez-vous: editions, road maps in three phases, and what became of them.

Nouns: Edition, EditionOrganiser, EditionClaim, Roadmap, RoadmapPhase, FollowUp, Contribution, TimePledge, Mentoring. Promises:
texts that disagree are both kept; a road map is never deleted; silence is told with its length; nothing is said of a real road
map that nobody said; what people give is told of bodies, never of a person.
"""
