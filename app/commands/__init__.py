"""The commands of ``jurax``, one module each."""
