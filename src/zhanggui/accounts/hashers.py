"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane): strong, and sixteen at once fit a small machine."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
