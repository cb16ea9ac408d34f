"""Settings of the shop. Every credential here is made up; see README.md."""

import os

DEBUG = False

# The right way: these are not findings.
DATABASE_URL = os.environ["DATABASE_URL"]
STRIPE_KEY = os.environ.get("STRIPE_KEY")
password_field_name = "password"

# The wrong way.
db_password = "kP7-demo-shop-2026"
WAREHOUSE = {
    "host": "warehouse.leaky-shop.internal",
    "user": "loader",
    "password": "Jd3-demo-Tm60qZ",
}
JWT_SIGNING_SECRET = "b7Xq2-demo-Lr95VkPw0sHe"
