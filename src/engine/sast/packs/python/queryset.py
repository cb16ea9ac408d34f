from django.db.models.expressions import RawSQL


def django_queries(Entry, clause, column):
    # ruleid: python.sql.django-extra
    Entry.objects.extra(where=[clause])
    # ruleid: python.sql.django-extra
    Entry.objects.extra(where=clause)
    # ruleid: python.sql.django-extra
    Entry.objects.extra(select={"total": f"SUM({column})"})
    # ruleid: python.sql.django-extra
    Entry.objects.extra(where=["id > %s" % column])
    # ok: python.sql.django-extra
    Entry.objects.extra(where=["id > 1", "id < 5"], select={"one": "1"})
    # ruleid: python.sql.django-extra
    Entry.objects.extra(select={column: "1"})
    # ok: python.sql.django-extra
    Entry.objects.extra(order_by=["name"])
    # ok: python.sql.django-extra
    # ruleid: python.sql.django-extra-number
    Entry.objects.extra(select={"one": 1})
    # ok: python.sql.django-extra-number
    Entry.objects.extra(select={"one": "1"})
    # ok: python.sql.django-extra
    # ruleid: python.sql.django-extra-positional
    Entry.objects.extra(clause)
    # ok: python.sql.django-extra-positional
    Entry.objects.extra({"one": "1"})
    # ruleid: python.sql.django-rawsql
    Entry.objects.annotate(value=RawSQL("select " + column, []))
    # ruleid: python.sql.django-rawsql-variable
    Entry.objects.annotate(value=RawSQL(clause, []))
    # ok: python.sql.django-rawsql, python.sql.django-rawsql-variable
    Entry.objects.annotate(value=RawSQL("select col from t where a = %s", (column,)))
    # ruleid: python.sql.django-raw
    Entry.objects.raw("SELECT * FROM entry WHERE name = '%s'" % column)
    # ok: python.sql.django-raw
    Entry.objects.raw("SELECT * FROM entry WHERE name = %s", [column])
