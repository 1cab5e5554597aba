"""How secrets that we made ourselves are kept."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class RandomSecretHasher(PBKDF2PasswordHasher):
    """For 256 random bits, which nobody guesses: one round, so that a token request is cheap.

    Passwords that people choose keep the slow hasher, which stands first in the settings.
    """

    algorithm = "pbkdf2_sha256_random"
    iterations = 1
