"""Words that several kinds of claims turn on."""

from __future__ import annotations

import re

TEST = re.compile(
    r"\b\w*testmiljö\w*|\bkundtest\w*|\bacceptanstest\w*|\bshs[ -]?ref\b|\bref(?:erens)?miljö\w*|\btestsystem\w*|"
    r"\bi test\b|\bför test\b|\btestas?\b|\bverifieringsmiljö\w*"
)
"""The agency's environments for those who try out their clients."""

PRODUCTION = re.compile(r"\bproduktion\w*|\bskarp\w* drift|\bskarp\w* miljö|\bdriftsätt\w*|\bi drift\b")
"""The real thing."""
