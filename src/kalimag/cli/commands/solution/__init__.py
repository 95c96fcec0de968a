"""What is really in a pipette or a bath, and how to mix what is wanted."""
