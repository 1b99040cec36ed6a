"""The helpers of the chapter, written once on the contract in `backend`, and what they are made of."""
