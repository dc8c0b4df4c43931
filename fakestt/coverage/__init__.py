"""How much of an edition's contract the clients of a run have met."""
