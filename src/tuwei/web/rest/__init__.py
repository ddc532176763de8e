"""What every part of the REST API shares: who asks, what comes in, how lists page, how faults are told."""
