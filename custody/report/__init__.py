"""Reports of a whole election on paper and in tables: the report at a position, an audit as a document, a drawn sample.

``reported_log`` is the log at a position, ``tables`` and ``indicators`` are what is made of it, ``document`` is a text
with tables and bars in one language, and ``document_files`` sets it as HTML, PDF, SVG or plain text. Not here: the forms that are
signed (``custody.paper``), pages (``projections.web``), and where files go (``custody.cli``).
"""
