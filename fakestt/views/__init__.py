"""The test author's view of the resources: live, read-only, settled before each look."""
