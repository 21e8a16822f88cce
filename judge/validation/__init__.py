"""The parts of validation: what ``judge.validate`` puts together."""
