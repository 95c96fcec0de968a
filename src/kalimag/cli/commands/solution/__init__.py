"""What is really in a solution, and how to mix one."""
