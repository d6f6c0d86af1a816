"""Who could lead a session, in which order, and why: pure rules over values, without a database or a clock.

``match(need, candidates)`` gives a result that holds why these people and why not the others; ``explain`` says it in
words. See docs/matching.md.
"""

from flows.matching.algorithm.choosing import match
from flows.matching.algorithm.explanation import explain, what_helps, why, why_not
from flows.matching.algorithm.need import Need
from flows.matching.algorithm.result import Advice, Choice, Other, Reason, Result, Step, from_json, to_json
from flows.matching.algorithm.slots import Window

__all__ = [
    "Advice", "Choice", "Need", "Other", "Reason", "Result", "Step", "Window", "explain", "from_json", "match",
    "to_json", "what_helps", "why", "why_not",
]  # fmt: skip
