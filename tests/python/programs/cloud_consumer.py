"""taospy's Consumer with a cloud token: cloud_consumer.py HOST PORT CA TOKEN; the topic tp has one row."""
import sys

import taos
from taos.tmq import Consumer

host, port, ca, token = sys.argv[1:5]
config = {"group.id": "taospy", "client.id": "me", "td.connect.websocket.scheme": "wss", "td.connect.ip": host, "td.connect.port": port,
          "td.connect.token": token, "enable.auto.commit": "true", "auto.commit.interval.ms": "1000", "auto.offset.reset": "earliest",
          "msg.with.table.name": "true", "session.timeout.ms": "12000", "max.poll.interval.ms": "300000", "enable.heartbeat.background": "true",
          "experimental.snapshot.enable": "false", "tls_ca": ca}
c = Consumer(config)
c.subscribe(["tp"])
message = None
for _ in range(40):
    message = message or c.poll(0.5)
assert [row[1] for block in message for row in block] == [42]
c.close()

try:
    Consumer({**config, "td.connect.token": "wrong"})
except taos.error.Error as e:
    assert "401" in str(e), e
else:
    raise AssertionError("a wrong token was let in")
print("done")
