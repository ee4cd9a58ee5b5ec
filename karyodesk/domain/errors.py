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


class PolicyError(KaryoDeskError):
    """A policy of a laboratory that cannot be read, or that is not there."""


class StoreError(KaryoDeskError):
    """The case database cannot do what was asked; nothing of it was changed."""


class StoreLostError(StoreError):
    """The connection to the database broke: whether the last entry arrived is seen by sending the same one again."""


class StoreBusyError(StoreError):
    """Somebody else holds what is needed; trying again helps."""


class StoreFullError(StoreError):
    """There is no room left where the database lies."""


class StoreReadOnlyError(StoreError):
    """The database cannot be written by this person on this computer."""


class StoreNewerError(StoreError):
    """The database was written by a newer version of the program."""


class StoreAlteredError(StoreError):
    """What was read is not what was written."""


class NotInStoreError(StoreError):
    """The case, cell or original asked for is not in the database."""


class ClosedCaseError(StoreError):
    """A signed or deleted case takes no such entry."""


class StaleEditError(StoreError):
    """Somebody else was first; the edit was not made.

    Attributes:
        first: the name of the person who was first.
    """

    def __init__(self, message: str, first: str) -> None:
        super().__init__(message)
        self.first = first


class SignInError(StoreError):
    """A name or password that is not right, or a person who is locked out."""


class RightsError(StoreError):
    """Something that the roles of this person do not allow."""


class SigningError(StoreError):
    """A signature that the laboratory's rule of signing does not allow."""


class BackupError(StoreError):
    """A backup that cannot be made, read back or restored."""


class ExchangeError(StoreError):
    """A file with a case that cannot be written, or that is not what another store wrote."""


class Cancelled(Exception):  # noqa: N818 - not an error: a person asked for it
    """The work was cancelled by the person who started it."""
