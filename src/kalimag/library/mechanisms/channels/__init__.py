"""Ion channels: currents through a membrane."""
