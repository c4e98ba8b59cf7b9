"""Models of answers: frozen, from which OpenAPI is made, the words around them, and errors in one form."""
