"""What a notebook calls, which edition it was written for, and which import line makes it run.

Nothing is executed and no framework imported: the code is read (`source`, `code`), its imports and calls
are found (`imports`, `program`), judged (`edition`, `traps`, `findings`) and reported (`wording`). `fix`
rewrites import lines, `command` is the command line.
"""
