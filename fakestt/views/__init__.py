"""What a test's author sees of the resources: live, read-only, settled before each look."""
