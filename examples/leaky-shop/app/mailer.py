"""Order mails. The credential here is made up; see README.md."""

from smtplib import SMTP_SSL
from urllib.parse import urlsplit

MAIL_SERVER = "smtps://orders:s3cr3t-demo-pa55@mail.leaky-shop.internal:465"


def send(message):
    server = urlsplit(MAIL_SERVER)
    with SMTP_SSL(server.hostname, server.port) as connection:
        connection.login(server.username, server.password)
        connection.send_message(message)
