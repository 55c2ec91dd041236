"""Why a document is not kept: said by who takes it in and by who looks into it."""

from enum import StrEnum


class EvidenceRefused(Exception):
    """This file is not kept: `reason` says why."""

    class Reason(StrEnum):
        EMPTY, TOO_LARGE, KIND, DAMAGED, LOCKED, ACTIVE, BOMB, BUSY = (
            "empty",
            "too_large",
            "kind",
            "damaged",
            "locked",
            "active",
            "bomb",
            "busy",
        )

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = EvidenceRefused.Reason(reason)
