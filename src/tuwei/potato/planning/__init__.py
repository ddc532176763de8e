"""The plan: rules searched for the best season, its steps and what each is worth."""
