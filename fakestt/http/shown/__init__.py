"""What of a request may be shown: the only list. What it does not know is shown as `…`.

The journal keeps what comes out of here, and so do timeline, report and all that is made of them. The rows of the
contract say what is known: the words of a path and what stands at its placeholders, the names of parameters and fields,
and the values that fit them. Ids and names that a client has chosen stand in such places. They are shown, because
without them nobody could tell one request from another.
"""
