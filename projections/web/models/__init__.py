"""What is answered: frozen models, from which OpenAPI is made, the words around them, and errors in one form."""
