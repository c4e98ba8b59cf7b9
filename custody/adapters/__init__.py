"""One outside thing in one file: Kafka, SQLite, HTTP, tile folders, archives, keystores.

``custody.ports`` says what a log promises.
"""
