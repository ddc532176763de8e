"""Weather: reading, checking, filling and making it, and what the air asks for."""
