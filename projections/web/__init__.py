"""The query API and the pages of one election, read-only.

What a module here may import is what stands below it, and nothing else of the project but ``projections.queries`` and the core
(`make check` holds that). A page never imports a store, a view or an adapter.

    app         routes, errors in one form, the headers of every answer
    routes      addresses of one subject each, for the API and the pages alike: lists, search, feeds, figures, verifying
    api, pages  one function for one address: the API's in JSON, the pages' in HTML
    client      the API read by a program: typed by the same models
    serving     how a request is read and an answer is sent, at one position of the log
    facts       the content of answers: one module for one subject, asked of ``projections.queries``
    snapshots   the books as they stand at one position, now or in the past
    models, maps  the forms of answers, the words of the pages, and where stations stand on a map
"""
