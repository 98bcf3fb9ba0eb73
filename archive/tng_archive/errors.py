"""Why a picture was not archived."""


class PictureError(Exception):
    """One picture was not archived, and the others go on.

    Args:
        kind: what the report counts failures by, such as ``"damaged"``; see `KINDS`.
        message: for people.
    """

    def __init__(self, kind: str, message: str) -> None:
        assert kind in KINDS
        super().__init__(message)
        self.kind = kind


KINDS = {
    "damaged": "the picture cannot be decoded whole",
    "unsupported": "no reader knows the format",
    "limit": "the picture has more pixels than are allowed",
    "memory": "coding needed more memory than is allowed",
    "time": "coding took longer than is allowed",
    "crash": "the process that codes ended by itself",
    "target": "the encoder cannot reach the target",
    "mismatch": "what was encoded does not decode to the same picture",
    "changed": "the file was not as it had been listed",
    "store": "the store did not give or take the file",
    "internal": "a fault of this program",
}
"""The kinds of failures, with what they mean."""
