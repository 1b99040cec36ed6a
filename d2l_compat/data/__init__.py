"""Fashion-MNIST: found, downloaded, verified and read, or made; in minibatches of NumPy arrays."""
