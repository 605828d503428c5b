"""Reviewed changes on disk.

    plan          what was planned, as data
    canonical     the one text of a plan, and back
    file          plans as files: sealed, read strictly, written whole
    approvals     signatures beside a plan, made and verified by ssh-keygen
    applied       which plans were begun, and how that ended
"""
