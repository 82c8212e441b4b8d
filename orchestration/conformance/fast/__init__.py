"""One fast check says yes to a bundle, or nothing: what it cannot decide is left to the explaining path.

A report is made of few distinct contents and many distinct values: which condition it is comes from a code list, whose
it is and since when is new each time. So each resource is decoded into a typed struct (`shape`) that keeps coded
content as raw bytes, its *key*, and takes out the values: ids, references, dates, numbers of people and places. What
the rules say about a key the explaining path has decided before and `known` remembers; what they say about the values
is decided each time by functions made from the same profile data (`source`). Unknown keys go the explaining way once.
"""
