"""The gradebook: what students earned, what people changed by hand, and what they are told."""
