"""The command line: what `./zhanggui` calls.

Owns the data directory, the embedded database and the processes of a mall; translates arguments into services' calls.
Promises: exit code 0 done, 1 failed, 2 wrong call; errors are one line on stderr; every command works beside a running
mall and without one. Never does business itself, and never imports Django before a command needs it.
"""
