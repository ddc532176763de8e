"""Change facts, assignments and visits."""
