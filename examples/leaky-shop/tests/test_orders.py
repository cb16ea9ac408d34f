"""Tests of the order service. The credential here is made up; see README.md."""

from app import orders

# The database in the test container is thrown away after each run.
TEST_DATABASE = "postgres://tester:aM9-demo-Rj16xE@127.0.0.1:5432/orders"  # securescan: ignore secrets/postgres-connection-string -- throw-away test container


def test_an_order_needs_a_line():
    service = orders.Service(TEST_DATABASE)
    assert service.place([]).error == "empty order"
