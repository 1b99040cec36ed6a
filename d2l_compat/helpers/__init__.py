"""The helpers of the chapter, written once for all frameworks on the contract in `backend`."""
