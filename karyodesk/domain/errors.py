"""The exceptions of the core: each carries a sentence a technician can act on."""


class KaryoDeskError(Exception):
    """Something a person can put right.

    Attributes:
        message: one plain sentence that says what is wrong and what to do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PictureError(KaryoDeskError):
    """A file that cannot be read as a picture, or a picture that is not a metaphase."""


class ModelError(KaryoDeskError):
    """A model file that is missing, altered or of another version."""


class KaryotypeError(KaryoDeskError):
    """A karyotype string that cannot be understood."""


class EditError(KaryoDeskError):
    """An edit that the cell, as it now is, does not allow."""


class CanonicalError(KaryoDeskError):
    """A record that cannot be written in canonical JSON, or a stored one that was not written so."""


class Cancelled(Exception):  # noqa: N818 - not an error: a person asked for it
    """The work was cancelled by the person who started it."""
