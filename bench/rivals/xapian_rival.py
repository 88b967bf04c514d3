"""Xapian on the benchmark's messages: build FOLDER FLOOR_DB, or serve FOLDER.

Served, each line "order<TAB>query" is answered by the milliseconds of the first 20 hits. Words as the library's own
TermGenerator finds them, positions kept, no stemming; BM25 with the library's defaults.
"""
import sqlite3
import sys
import time

import xapian


def build(folder, floor):
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    for (text,) in sqlite3.connect(floor).execute("SELECT text FROM messages ORDER BY id"):
        document = xapian.Document()
        generator.set_document(document)
        generator.index_text(text)
        database.add_document(document)
    database.commit()
    database.close()


def serve(folder):
    database = xapian.Database(folder)
    parser = xapian.QueryParser()
    parser.set_database(database)
    parser.set_default_op(xapian.Query.OP_AND)
    flags = parser.FLAG_PHRASE | parser.FLAG_WILDCARD | parser.FLAG_BOOLEAN
    for line in sys.stdin:
        order, text = line.rstrip("\n").split("\t")
        began = time.perf_counter()
        enquire = xapian.Enquire(database)
        enquire.set_query(parser.parse_query(text, flags))
        if order == "newest":
            enquire.set_weighting_scheme(xapian.BoolWeight())
            enquire.set_docid_order(xapian.Enquire.DESCENDING)
        for hit in enquire.get_mset(0, 20):
            hit.docid
        print(f"{(time.perf_counter() - began) * 1000:.3f}", flush=True)


if __name__ == "__main__":
    build(sys.argv[2], sys.argv[3]) if sys.argv[1] == "build" else serve(sys.argv[2])
