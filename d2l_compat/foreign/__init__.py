"""Other people's notebooks: their imports redirected to the faces, checked, and executed as they are."""
