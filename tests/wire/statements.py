"""An adapter's statements, for scripts to override step by step."""
import struct

from wire.scripted import Adapter, BINARY

FIELDS = [{"name": "ts", "field_type": 9, "precision": 0, "scale": 0, "bytes": 8, "bind_type": 1},
          {"name": "v", "field_type": 4, "precision": 0, "scale": 0, "bytes": 4, "bind_type": 1}]
RESULT = {"fields_count": 2, "fields_names": ["ts", "v"], "fields_types": [9, 4], "fields_lengths": [8, 4], "precision": 0,
          "fields_precisions": [0, 0], "fields_scales": [0, 0]}


class Statements(Adapter):
    """Every statement is an insert of (ts, v), unless it is a select; binds are kept, whatever they hold."""

    def __init__(self):
        self.binds = []
        self.last = 0
        self.inserts = {}

    def message(self, peer, kind, data):
        if kind == BINARY and struct.unpack_from("<Q", data, 16)[0] == 9:
            req_id, stmt, _ = struct.unpack_from("<QQQ", data)
            peer.server.note("stmt2_bind", {"req_id": req_id, "stmt_id": stmt})
            self.binds.append(data)
            self.bind(peer, req_id, stmt)
        else:
            super().message(peer, kind, data)

    def bind(self, peer, req_id, stmt):
        self.reply(peer, "stmt2_bind", req_id, stmt_id=stmt)

    def on_stmt2_init(self, peer, req_id, args):
        self.last += 1
        self.reply(peer, "stmt2_init", req_id, stmt_id=self.last)

    def on_stmt2_prepare(self, peer, req_id, args):
        insert = args["sql"].lower().startswith("insert")
        self.inserts[args["stmt_id"]] = insert
        fields = FIELDS if insert and args["get_fields"] else None
        self.reply(peer, "stmt2_prepare", req_id, stmt_id=args["stmt_id"], is_insert=insert, fields=fields, fields_count=len(fields or [0]))

    def on_stmt2_exec(self, peer, req_id, args):
        self.reply(peer, "stmt2_exec", req_id, stmt_id=args["stmt_id"], affected=int(self.inserts.get(args["stmt_id"], True)))

    def on_stmt2_result(self, peer, req_id, args):
        number = peer.server.next_result()
        peer.results[number] = []
        self.reply(peer, "stmt2_result", req_id, stmt_id=args["stmt_id"], id=number, **RESULT)

    def on_stmt2_close(self, peer, req_id, args):
        self.reply(peer, "stmt2_close", req_id, stmt_id=args["stmt_id"])
