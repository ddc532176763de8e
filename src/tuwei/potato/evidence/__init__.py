"""The three claims judged by simulators that are not ours."""
